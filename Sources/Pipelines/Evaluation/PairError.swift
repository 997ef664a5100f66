import Foundation

/// Results and truths that do not fit together.
public enum PairError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case missing(path: String)
  case fileAgainstFolder(file: String, folder: String)
  case noPairs(outputs: String, truths: String)
  case sizesDiffer(output: String, outputSize: String, truth: String, truthSize: String)
  case nothingLeft(output: String, size: String, crop: Int)
  case notEnoughMemory(output: String, needed: Int, available: Int)

  public var description: String {
    switch self {
    case .missing(let path):
      "there is no file or folder \(path)"
    case .fileAgainstFolder(let file, let folder):
      "\(file) is a file and \(folder) a folder: expected two files or two folders"
    case .noPairs(let outputs, let truths):
      "no image in \(outputs) has the name of one in \(truths): expected the same paths below the two folders, but for "
        + "the extension"
    case .sizesDiffer(let output, let outputSize, let truth, let truthSize):
      "\(output) measures \(outputSize) and its truth \(truth) \(truthSize): expected the same size, or a truth "
        + "larger by at most \(PairEvaluation.largestExcess) pixels"
    case .nothingLeft(let output, let size, let crop):
      crop < 0
        ? "\(output): \(crop) pixels cannot be cropped"
        : "\(output) measures \(size): nothing is left after cropping \(crop) pixels from each side"
    case .notEnoughMemory(let output, let needed, let available):
      "\(output): comparing features takes about \(AvailableMemory.text(needed)) of memory, and "
        + "\(AvailableMemory.text(available)) are free: expected smaller images, or AlexNet"
    }
  }

  public var errorDescription: String? { description }
}
