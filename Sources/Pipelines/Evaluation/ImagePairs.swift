import Datasets
import Foundation

/// Which result belongs to which truth.
public struct ImagePairs: Sendable {
  public struct Pair: Sendable, Equatable {
    /// The result's path below its folder, or a single file's name.
    public let name: String
    public let output: URL
    public let truth: URL
  }

  /// In the order of the results' names.
  public let pairs: [Pair]
  public let outputsWithoutTruth: [URL]
  public let truthsWithoutOutput: [URL]
}

extension ImagePairs {
  /// - Parameters:
  ///   - outputs: an image file, or a folder that is searched with all below it.
  ///   - truths: a file too, whatever its name, or a folder, where a result's truth has the same path but perhaps another
  ///     extension; the result may also have its extension behind the truth's (`a.jpg.png` for `a.jpg`).
  ///
  /// Throws `PairError` or `DatasetError`, also where no file of one folder belongs to one of the other.
  public init(outputs: URL, truths: URL) throws {
    switch (try Self.isFolder(outputs), try Self.isFolder(truths)) {
    case (false, false):
      self.init(
        pairs: [Pair(name: outputs.lastPathComponent, output: outputs, truth: truths)], outputsWithoutTruth: [],
        truthsWithoutOutput: [])
    case (true, true):
      try self.init(outputs: ImageFolder(outputs), truths: ImageFolder(truths))
    case (false, true):
      throw PairError.fileAgainstFolder(file: outputs.relativePath, folder: truths.relativePath)
    case (true, false):
      throw PairError.fileAgainstFolder(file: truths.relativePath, folder: outputs.relativePath)
    }
  }

  private init(outputs: ImageFolder, truths: ImageFolder) throws {
    let truthPaths = Set(truths.relativePaths)
    let outputsOfStem = Dictionary(grouping: outputs.relativePaths, by: Self.stem)
    let truthsOfStem = Dictionary(grouping: truths.relativePaths, by: Self.stem)
    var matches: [String: String] = [:]
    for output in outputs.relativePaths {
      let stem = Self.stem(output)
      if let exact = [output, stem].first(where: truthPaths.contains) {
        matches[output] = exact
      } else if let truth = truthsOfStem[stem]?.first, truthsOfStem[stem]?.count == 1, outputsOfStem[stem]?.count == 1 {
        matches[output] = truth
      }
    }
    guard !matches.isEmpty else {
      throw PairError.noPairs(outputs: outputs.url.relativePath, truths: truths.url.relativePath)
    }
    let matched = Set(matches.values)
    func files(_ folder: ImageFolder, where isWanted: (String) -> Bool) -> [URL] {
      folder.relativePaths.filter(isWanted).map { folder.url.appending(path: $0) }
    }
    self.init(
      pairs: outputs.relativePaths.compactMap { output in
        matches[output].map {
          Pair(name: output, output: outputs.url.appending(path: output), truth: truths.url.appending(path: $0))
        }
      }, outputsWithoutTruth: files(outputs) { matches[$0] == nil },
      truthsWithoutOutput: files(truths) { !matched.contains($0) })
  }

  private static func stem(_ path: String) -> String { (path as NSString).deletingPathExtension }

  private static func isFolder(_ url: URL) throws -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw PairError.missing(path: url.relativePath)
    }
    return isFolder.boolValue
  }
}

/// Results and truths that do not go together.
public enum PairError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case missing(path: String)
  case fileAgainstFolder(file: String, folder: String)
  case noPairs(outputs: String, truths: String)
  case sizesDiffer(output: String, outputSize: String, truth: String, truthSize: String)
  case nothingLeft(output: String, size: String, crop: Int)

  public var description: String {
    switch self {
    case .missing(let path):
      "there is no file or folder \(path)"
    case .fileAgainstFolder(let file, let folder):
      "\(file) is a file and \(folder) a folder: expected two files or two folders"
    case .noPairs(let outputs, let truths):
      "no image in \(outputs) has the name of one in \(truths): results and truths should have the same paths below "
        + "the two folders, but for the extension"
    case .sizesDiffer(let output, let outputSize, let truth, let truthSize):
      "\(output) measures \(outputSize) and its truth \(truth) \(truthSize): expected the same size, or a truth "
        + "larger by at most \(PairSizes.largestExcess) pixels"
    case .nothingLeft(let output, let size, let crop):
      "\(output) measures \(size): nothing is left after cropping \(crop) pixels from each side"
    }
  }

  public var errorDescription: String? { description }
}
