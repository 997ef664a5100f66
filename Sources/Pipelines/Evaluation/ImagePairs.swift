import Datasets
import Foundation

/// Pairs each result with the truth that it is compared with.
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
  /// The folders that were searched; none for two files.
  public let folders: [ImageFolder]
}

extension ImagePairs {
  /// - Parameters:
  ///   - outputs: an image file, or a folder, which is searched with its subfolders.
  ///   - truths: for a file, a file of any name. For a folder, a folder in which each truth has its result's path,
  ///     apart from the extension; a result may also append its extension to the truth's name (`a.jpg.png` for
  ///     `a.jpg`).
  ///
  /// Throws `PairError`, also if there is no pair, or `DatasetError`.
  public init(outputs: URL, truths: URL) throws {
    switch (try Self.isFolder(outputs), try Self.isFolder(truths)) {
    case (false, false):
      self.init(
        pairs: [Pair(name: outputs.lastPathComponent, output: outputs, truth: truths)], outputsWithoutTruth: [],
        truthsWithoutOutput: [], folders: [])
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
      truthsWithoutOutput: files(truths) { !matched.contains($0) }, folders: [outputs, truths])
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
