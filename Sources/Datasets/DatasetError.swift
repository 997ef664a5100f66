import Foundation
import Images

/// Why a folder cannot serve as a data set.
public enum DatasetError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case missingFolder(path: String)
  case cannotList(path: String, reason: String)
  /// `notices` say what was found instead.
  case noImages(path: String, notices: [String] = [])
  case missingDomains(root: String, missing: [String], expected: [String])
  case missingPairs(root: String, split: String)
  case unmatchedPairs(path: String, problems: [String])
  /// A file that holds many images, or their classes.
  case unreadableFile(path: String, problem: String)
  case noColors(paths: [String], gray: Int, tooSmall: Int, damaged: Int)
  case tooManyDamaged(path: String, damaged: Int, count: Int, problems: String)
  case cropLargerThanImage(cropSize: Int, loadSize: Int)
  case imagesTooSmall(path: String, count: Int, cropSize: Int)
  case loadSizesOutOfOrder(loadSize: Int, largestLoadSize: Int)
  case unusableSetting(name: String, value: String, expectation: String)
  case cannotStack(shapes: [String])

  public var description: String {
    switch self {
    case .missingFolder(let path):
      "there is no folder \(path): give one that exists"
    case .cannotList(let path, let reason):
      "cannot look into the folder \(path): \(reason)"
    case .noImages(let path, let notices):
      (["no images in \(path): it and its subfolders should hold \(ImageFileKind.readNames) files"] + notices)
        .joined(separator: "; ")
    case .missingDomains(let root, let missing, let expected):
      "\(root) lacks \(missing.joined(separator: " and ")): unpaired data are two folders of images, "
        + expected.joined(separator: " and ")
    case .missingPairs(let root, let split):
      "\(root) holds no pairs: expected \(split), with A and B side by side in each image, or \(split)A and \(split)B, with "
        + "images of the same names"
    case .unmatchedPairs(let path, let problems):
      "the pairs in \(path) do not match: "
        + (problems.prefix(Self.problemsShown)
        + (problems.count > Self.problemsShown
          ? ["and \(problems.count - Self.problemsShown) more"] : []))
        .joined(separator: "; ")
    case .unreadableFile(let path, let problem):
      "cannot use \(path): \(problem)"
    case .noColors(let paths, let gray, let tooSmall, let damaged):
      "none of the \(gray + tooSmall + damaged) images in \(paths.joined(separator: ", ")) has colours to learn, "
        + "\(gray) being gray or toned, \(tooSmall) with a shorter side below \(ColorPhotos.leastSide) pixels and "
        + "\(damaged) damaged: give colour photos of at least \(ColorPhotos.leastSide) pixels a side"
    case .tooManyDamaged(let path, let damaged, let count, let problems):
      "\(damaged) of the \(count) images in \(path) cannot be read, more than are passed over: mend or remove them. "
        + problems
    case .cropLargerThanImage(let cropSize, let loadSize):
      "cannot crop \(cropSize) pixels from images of \(loadSize): cropSize should be 1 to loadSize"
    case .imagesTooSmall(let path, let count, let cropSize):
      "none of the \(count) images in \(path) measures \(cropSize) pixels both ways: give larger ones, or a smaller "
        + "data.cropSize"
    case .loadSizesOutOfOrder(let loadSize, let largestLoadSize):
      "largestLoadSize is \(largestLoadSize), less than loadSize, which is \(loadSize)"
    case .unusableSetting(let name, let value, let expectation):
      "\(name) is \(value), expected \(expectation)"
    case .cannotStack(let shapes):
      "samples of the shapes \(shapes.joined(separator: ", ")) make no batch: expected one or more, all of one shape"
    }
  }

  private static let problemsShown = 10

  public var errorDescription: String? { description }
}
