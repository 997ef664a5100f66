import Files
import Foundation
import Pages

/// One HTML page that shows each input beside its result.
///
/// Images are linked by relative paths, not copied, so the page and the images must be moved together. Of those in formats
/// that browsers do not show, small previews are made beside the page.
public enum ResultsPage {
  /// Writes the page; entries without a result on disk are left out. Throws `FileError`.
  ///
  /// - Parameter maker: the model and its settings.
  public static func write(_ plan: OutputPlan, title: String, maker: String, to url: URL) throws {
    let previews = PagePreviews(besidePage: url)
    let figures = try plan.entries.filter { FileManager.default.fileExists(atPath: $0.output.path) }.map { entry in
      let paths = "\(entry.input.relativePath) \u{2192} \(entry.output.relativePath)"
      return """
        <figure class="pair">
        \(try image(entry.input, named: "\(entry.relativePath).before", previews))
        \(try image(entry.output, named: "\(entry.relativePath).after", previews))
        <figcaption>\(Page.escaped(paths))</figcaption>
        </figure>
        """
    }
    let count = figures.count == 1 ? "1 image" : "\(figures.count) images"
    let leftOut = plan.leftOut.text.map { "; \(Page.escaped($0))" } ?? ""
    let header = """
      <p class="quiet">\(count), made by \(Page.escaped(maker))\(leftOut)</p>
      <p class="pair quiet"><span>before</span><span>after</span></p>

      """
    try AtomicFile.write(Data(Page(title: title, body: header + figures.joined(separator: "\n")).html.utf8), to: url)
  }

  /// An image with a link to its file, both relative to the page.
  ///
  /// - Parameter name: of its preview.
  private static func image(_ file: URL, named name: String, _ previews: PagePreviews) throws -> String {
    let link = Page.link(relativePath(of: file, from: previews.page))
    guard let shown = try previews.shownFile(for: file, named: name) else {
      return "<a href=\"\(link)\">\(Page.escaped(file.lastPathComponent))</a>"
    }
    let source = Page.link(relativePath(of: shown, from: previews.page))
    let text = Page.escaped(file.lastPathComponent)
    return "<a href=\"\(link)\"><img src=\"\(source)\" alt=\"\(text)\" loading=\"lazy\"></a>"
  }

  private static func relativePath(of file: URL, from page: URL) -> String {
    let folder = page.deletingLastPathComponent()
    let path = file.standardizedFileURL.resolvingSymlinksInPath().pathComponents
    let start = folder.standardizedFileURL.resolvingSymlinksInPath().pathComponents.filter { !$0.isEmpty }
    let shared = zip(path, start).prefix { $0 == $1 }.count
    return (Array(repeating: "..", count: start.count - shared) + path.dropFirst(shared)).joined(separator: "/")
  }
}
