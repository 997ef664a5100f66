/// A path that looks like an image's, or leads to a folder, and cannot be read.
public struct UnreadablePath: Error, Sendable, Equatable, CustomStringConvertible {
  /// Below the folder that was searched; bytes that are not UTF-8 are shown as in `FolderEntry.shown`.
  public var path: String
  public var isFolder: Bool
  public var reason: String

  package static let linkToNothing = "it is a link to nothing"
  static let notUTF8 = "its name is not UTF-8: give it another"

  public var description: String { "cannot \(isFolder ? "look into the folder" : "read") \(path): \(reason)" }
}
