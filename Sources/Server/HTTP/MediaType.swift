import Foundation
import Images

/// The media types of the files that the server sends.
enum MediaType {
  private static let types = [
    "css": "text/css; charset=utf-8", "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "json": "application/json", "yaml": "application/yaml", "svg": "image/svg+xml", "ico": "image/x-icon",
    "txt": "text/plain; charset=utf-8",
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "jpe": "image/jpeg", "jfif": "image/jpeg",
    "webp": "image/webp", "tif": "image/tiff", "tiff": "image/tiff", "bmp": "image/bmp", "dib": "image/bmp",
    "heic": "image/heic", "heif": "image/heif", "hif": "image/heif", "avif": "image/avif", "zip": "application/zip",
  ]

  /// The type of a client's image. Whatever its name claims, browsers must never take it for a page or a script.
  static func ofImage(_ name: String) -> String {
    let kind = ImageFileKind(pathExtension: (name as NSString).pathExtension)
    return kind?.isRead == true ? of(name) : "application/octet-stream"
  }

  static func of(_ name: String) -> String {
    types[(name as NSString).pathExtension.lowercased()] ?? "application/octet-stream"
  }
}
