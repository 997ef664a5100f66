import Files
import Foundation
import HTTPTypes
import HummingbirdCore
import Synchronization

/// The page's files, which are compiled in.
enum PageFiles {
  struct File: Sendable {
    /// In addresses.
    let path: String
    let data: Data
    /// Changes with the contents.
    let tag: String
  }

  static let all: [File] = [
    file("index.html", PackageResources.index_html)
  ]

  private static func file(_ path: String, _ bytes: [UInt8]) -> File {
    var fingerprint = Fingerprint()
    bytes.withUnsafeBytes { fingerprint.add($0) }
    return File(path: path, data: Data(bytes), tag: "\"\(fingerprint.text)\"")
  }

  /// Browsers ask each time, and get the file only if it has changed: a newer program has other files.
  static func answer(_ file: File, to request: Request) -> Response {
    if request.headers[.ifNoneMatch] == file.tag {
      return Response(status: .notModified, headers: [.eTag: file.tag, .cacheControl: "no-cache"])
    }
    var response = Answer.bytes(file.data, type: MediaType.of(file.path))
    response.headers[.eTag] = file.tag
    response.headers[.cacheControl] = "no-cache"
    return response
  }
}
