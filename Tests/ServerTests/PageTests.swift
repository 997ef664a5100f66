import Foundation
import Server
import TestSupport
import Testing

extension Serving {
  /// The page's files.
  @Suite struct PageTests {
    private static let types = [
      "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
      "svg": "image/svg+xml",
    ]

    @Test func everyFileIsServedWithItsType() throws {
      let server = try RunningServer()
      #expect(PageFiles.all.count > 5)
      for file in PageFiles.all {
        let answer = try server.client.get("/\(file.path)?v=1")
        #expect(answer.status == 200, "\(file.path)")
        #expect(Data(answer.text.utf8) == file.data, "\(file.path)")
        let kind = (file.path as NSString).pathExtension
        #expect(answer.headers["content-type"] == Self.types[kind], "\(file.path)")
      }
      #expect(try server.client.get("/missing.js").status == 404)
      #expect(try server.client.send("POST", "/main.js").status == 404)
    }

    @Test func filesNameNoneThatIsMissing() throws {
      let paths = Set(PageFiles.all.map(\.path))
      var named: Set = ["index.html"]
      for file in PageFiles.all {
        let text = String(decoding: file.data, as: UTF8.self)
        for match in text.matches(of: /(?:src|href)="([^"#\/][^"]*)"/) { named.insert(String(match.1)) }
        for match in text.matches(of: /from "\.\/([^"]+)"/) { named.insert(String(match.1)) }
      }
      #expect(named == paths)
    }

    /// The policy for the page's content would leave them out.
    @Test func nothingIsInlineOrElsewhere() throws {
      for file in PageFiles.all {
        let text = String(decoding: file.data, as: UTF8.self)
        #expect(!text.contains(/<script>|<style|\son[a-z]+="| style="/), "\(file.path)")
        #expect(!text.replacing("http://www.w3.org/2000/svg", with: "").contains("://"), "\(file.path)")
      }
    }

    /// A module that asks for an element that the page does not have would stop there.
    @Test func modulesFindTheirElements() throws {
      let texts = PageFiles.all.map { String(decoding: $0.data, as: UTF8.self) }
      let there = Set(texts.flatMap { $0.matches(of: /\bid(?:="|: ")([^"]+)"/).map { String($0.1) } })
      let wanted = Set(texts.flatMap { $0.matches(of: /find\("([^"]+)"\)/).map { String($0.1) } })
      #expect(wanted.count > 20 && wanted.isSubset(of: there), "\(wanted.subtracting(there).sorted())")
    }
  }
}
