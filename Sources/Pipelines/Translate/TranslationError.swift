import Foundation

/// Why a model or an image cannot be used for a translation; the caller adds the file's name.
public enum TranslationError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case unusableChannels(input: Int, output: Int)
  /// `smallest` is the smallest size that the network takes.
  case unusableSize(asked: Int, smallest: Int)
  /// An upscaler was given, and no size from which it would enlarge.
  case upscalerWithoutSize
  case notEnoughMemory(needed: Int, available: Int)
  /// `folder` is where the temporary file would be.
  case notEnoughDisk(needed: Int, available: Int, folder: String)
  case temporaryFile(folder: String, reason: String)

  public var description: String {
    switch self {
    case .unusableChannels(let input, let output):
      "the model turns \(input) channels into \(output), expected 1 or 3 of either"
    case .unusableSize(let asked, let smallest):
      "the network cannot work at a size of \(asked) pixels, expected at least \(smallest)"
    case .upscalerWithoutSize:
      "there is an upscaler, and nothing for it to enlarge: expected a size for the network to work at"
    case .notEnoughMemory(let needed, let available):
      "for an image of this size the network takes about \(AvailableMemory.text(needed)) of memory, and "
        + "\(AvailableMemory.text(available)) may be used"
    case .notEnoughDisk(let needed, let available, let folder):
      "for an image of this size a temporary file of about \(AvailableMemory.text(needed)) is needed in \(folder), and "
        + "\(AvailableMemory.text(available)) are free there"
    case .temporaryFile(let folder, let reason):
      "a temporary file in \(folder) cannot be used: \(reason)"
    }
  }

  public var errorDescription: String? { description }
}
