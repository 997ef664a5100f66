import Files
import Foundation
import Pages

/// One HTML page that shows each input beside its result.
///
/// Images are linked by relative paths, not copied, so the page and the images must be moved together.
public enum ResultsPage {
  /// Writes the page; entries without a result on disk are left out. Throws `FileError.cannotWrite`.
  public static func write(_ plan: OutputPlan, title: String, to url: URL) throws {
    let folder = url.deletingLastPathComponent()
    let figures = plan.entries.filter { FileManager.default.fileExists(atPath: $0.output.path) }.map { entry in
      let before = Page.link(relativePath(of: entry.input, from: folder))
      let after = Page.link(relativePath(of: entry.output, from: folder))
      let name = Page.escaped(entry.output.lastPathComponent)
      return """
        <figure class="pair">
        <a href="\(before)"><img src="\(before)" alt="\(name) before" loading="lazy"></a>
        <a href="\(after)"><img src="\(after)" alt="\(name) after" loading="lazy"></a>
        <figcaption>\(name)</figcaption>
        </figure>
        """
    }
    let count = figures.count == 1 ? "1 image" : "\(figures.count) images"
    let leftOut = plan.leftOut.text.map { "; \(Page.escaped($0))" } ?? ""
    let body = "<p class=\"quiet\">\(count), before and after\(leftOut)</p>\n" + figures.joined(separator: "\n")
    try AtomicFile.write(Data(Page(title: title, body: body).html.utf8), to: url)
  }

  private static func relativePath(of file: URL, from folder: URL) -> String {
    let path = file.standardizedFileURL.resolvingSymlinksInPath().pathComponents
    let start = folder.standardizedFileURL.resolvingSymlinksInPath().pathComponents.filter { !$0.isEmpty }
    let shared = zip(path, start).prefix { $0 == $1 }.count
    return (Array(repeating: "..", count: start.count - shared) + path.dropFirst(shared)).joined(separator: "/")
  }
}
