import Files
import Foundation
import HTTPTypes
import HummingbirdCore
import Synchronization

/// The page's files, which are compiled in.
package enum PageFiles {
  package struct File: Sendable {
    /// In addresses.
    package let path: String
    package let data: Data
    /// Changes with the contents.
    let tag: String
  }

  package static let all: [File] = [
    file("index.html", PackageResources.index_html),
    file("page.css", PackageResources.page_css),
    file("icon.svg", PackageResources.icon_svg),
    file("main.js", PackageResources.main_js),
    file("api.js", PackageResources.api_js),
    file("dom.js", PackageResources.dom_js),
    file("models.js", PackageResources.models_js),
    file("photos.js", PackageResources.photos_js),
    file("queue.js", PackageResources.queue_js),
    file("viewer.js", PackageResources.viewer_js),
    file("runs.js", PackageResources.runs_js),
    file("recipe.js", PackageResources.recipe_js),
    file("chart.js", PackageResources.chart_js),
  ]

  private static func file(_ path: String, _ bytes: [UInt8]) -> File {
    var fingerprint = Fingerprint()
    bytes.withUnsafeBytes { fingerprint.add($0) }
    return File(path: path, data: Data(bytes), tag: "\"\(fingerprint.text)\"")
  }

  /// The file at a request's address; nil if it is none of the page's. Whoever has no token yet gets them, too, to be asked for
  /// it: they hold nothing of anyone's. Throws `Refusal`.
  static func answer(_ request: Request, _ access: AccessCheck) throws(Refusal) -> Response? {
    let address = (request.head.path ?? "/").prefix { $0 != "?" }
    let path = address == "/" ? "index.html" : address.dropFirst()
    guard [.get, .head].contains(request.method), let file = all.first(where: { $0.path == path }) else { return nil }
    try access.checkHost(request)
    try access.checkPage(request)
    let response = answer(file, to: request)
    return request.method == .head ? response.createHeadResponse() : response
  }

  /// Browsers ask each time, and get the file only if it has changed: a newer program has other files.
  private static func answer(_ file: File, to request: Request) -> Response {
    if request.headers[.ifNoneMatch] == file.tag {
      return Response(status: .notModified, headers: [.eTag: file.tag, .cacheControl: "no-cache"])
    }
    var response = Answer.bytes(file.data, type: MediaType.of(file.path))
    response.headers[.eTag] = file.tag
    response.headers[.cacheControl] = "no-cache"
    return response
  }
}
