import Foundation
import Images

/// Inputs and an output that do not fit together.
public enum OutputPlanError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case missing(path: String)
  /// An input that may exist, but that the system does not let be found, for `reason`.
  case unreachable(path: String, reason: String)
  /// `kind` is what the path's extension stands for.
  case unwritableFormat(path: String, kind: String)
  case severalIntoOne(path: String)
  case formatAgainstName(path: String, format: String)
  case wouldReplaceInput(path: String)
  case intoItsInput(path: String)
  /// Results in the folder were made by another model. `maker` is its name, if that is known.
  case madeOtherwise(path: String, count: Int, maker: String?, asked: String)

  public var description: String {
    switch self {
    case .missing(let path):
      // Bytes of the name that are not UTF-8 were replaced by this character.
      "there is no file or folder \(path)"
        + (path.contains("\u{fffd}") ? ": its name is not UTF-8: give it another, or name the folder it is in" : "")
    case .unreachable(let path, let reason):
      "cannot read \(path): \(reason)"
    case .unwritableFormat(let path, let kind):
      "\(path) is the name of a \(kind) file, and results are written as \(ImageFileKind.writtenNames): end it with "
        + ".png, .jpg, .webp or .tif, or, if it is a folder, with /"
    case .severalIntoOne(let path):
      "\(path) is one file's name, expected a folder's for the results of a folder or of several files"
    case .formatAgainstName(let path, let format):
      "\(path) does not end with the extension of the format \(format)"
    case .wouldReplaceInput(let path):
      "the result would replace the input \(path): choose another output"
    case .intoItsInput(let path):
      "the output folder \(path) is the input folder: choose another output"
    case .madeOtherwise(let path, let count, let maker, let asked):
      "\(path) holds \(count) result\(count == 1 ? "" : "s") that "
        + (maker.flatMap { $0 == asked || $0.isEmpty ? nil : "\($0) made, not \(asked)" }
          ?? "\(asked.isEmpty ? "another model" : asked) made with other weights")
    }
  }

  public var errorDescription: String? { description }
}
