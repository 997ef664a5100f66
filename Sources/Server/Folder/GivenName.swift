import Foundation

/// A name that a client gives a file: one name, or a path in a dropped folder. It is shown, and names results; no file on this
/// machine gets it.
struct GivenName: Sendable {
  /// With `/` between folders.
  let text: String

  private static let longestName = 255
  private static let longest = 4096

  /// Throws `Refusal`, in words, for what cannot be the name of a file, or leads elsewhere.
  init(_ given: String?) throws(Refusal) {
    guard let given, !given.isEmpty else {
      throw .invalid("the image has no name: expected the parameter name, such as name=photo.jpg")
    }
    guard given.utf8.count <= Self.longest else {
      throw .invalid("the name has \(given.utf8.count) bytes, expected at most \(Self.longest)")
    }
    guard !given.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw .invalid("the name has control characters, expected a file's name")
    }
    guard !given.hasPrefix("/") else {
      throw .invalid("the name '\(Self.short(given))' is an absolute path, expected a file's name")
    }
    for part in given.split(separator: "/", omittingEmptySubsequences: false) {
      guard !part.isEmpty, part != ".", part != ".." else {
        throw .invalid("the name '\(Self.short(given))' is no file's: expected names between slashes, and no ..")
      }
      guard part.utf8.count <= Self.longestName else {
        throw .invalid("a name of \(part.utf8.count) bytes is too long: expected at most \(Self.longestName)")
      }
    }
    text = given
  }

  private static func short(_ text: String) -> String { text.count > 80 ? "\(text.prefix(79))…" : text }
}
