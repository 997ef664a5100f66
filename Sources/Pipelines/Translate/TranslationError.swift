import Foundation

/// An image that cannot be translated; the file's name is for the caller to add.
public enum TranslationError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case notEnoughMemory(needed: Int, available: Int)
  /// For a temporary file.
  case notEnoughDisk(needed: Int, available: Int, folder: String)
  case temporaryFile(folder: String, reason: String)

  public var description: String {
    switch self {
    case .notEnoughMemory(let needed, let available):
      "for an image of this size the network takes about \(AvailableMemory.text(needed)) of memory, and "
        + "\(AvailableMemory.text(available)) may be used: make the image, or the size to work at, smaller, end other "
        + "programs, or allow more with --memory"
    case .notEnoughDisk(let needed, let available, let folder):
      "for an image of this size a temporary file of about \(AvailableMemory.text(needed)) is needed in \(folder), and "
        + "\(AvailableMemory.text(available)) are free there: \(Self.advice)"
    case .temporaryFile(let folder, let reason):
      "a temporary file in \(folder) cannot be used: \(reason): \(Self.advice)"
    }
  }

  private static let advice =
    "make room there, name another folder in the environment's TMPDIR, or allow more memory with --memory"

  public var errorDescription: String? { description }
}
