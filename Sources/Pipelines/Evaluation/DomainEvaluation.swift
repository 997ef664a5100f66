import Datasets
import Foundation
import Images
import Models

/// Measures how alike a folder of translated images and a folder of the domain that they were translated to look,
/// without pairs.
public struct DomainEvaluation: Sendable {
  /// An image that was read, or could not be.
  public struct Progress {
    public let url: URL
    /// How many of all images were dealt with, and how many there are.
    public let done: Int, total: Int
    /// Why it could not be read; nil if it could.
    public let error: (any Error)?
  }

  public let translated: ImageFolder
  public let reference: ImageFolder
  /// All folders that were searched.
  public let folders: [ImageFolder]
  /// What was translated, by the path of what it was translated to; nil if that is not to be compared.
  private let inputs: [URL: URL]?

  /// - Parameter inputs: a folder with the images that were translated, of the same paths apart from extensions, as in
  ///   `ImagePairs`; without one, it is not measured how much of their structure was kept.
  ///
  /// Throws `DatasetError` for a folder without images, `PairError` if no input is a translated image's.
  public init(translated: URL, reference: URL, inputs: URL? = nil) throws {
    self.translated = try ImageFolder(translated)
    self.reference = try ImageFolder(reference)
    let pairs = try inputs.map { try ImagePairs(outputs: translated, truths: $0) }
    folders = [self.translated, self.reference] + (pairs?.folders.dropFirst() ?? [])
    self.inputs = pairs.map { pairs in
      Dictionary(pairs.pairs.map { ($0.output, $0.truth) }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// The translated images whose inputs are missing, where there are inputs.
  public var imagesWithoutInput: [URL] {
    inputs.map { inputs in translated.files.filter { inputs[$0] == nil } } ?? []
  }

  /// Continues past images that cannot be read.
  ///
  /// - Parameters:
  ///   - network: by whose features the sets are compared, besides their patches and colours.
  ///   - report: called after each image.
  ///
  /// Throws the first image's error if no image of a folder could be read.
  public func scores(
    by network: (any FeatureNetwork)? = nil, report: (Progress) -> Void = { _ in }
  ) throws -> DomainScores {
    let total = translated.count + reference.count
    var done = 0
    func sample(_ folder: ImageFolder, _ body: (URL, Image) throws -> Void = { _, _ in }) throws -> DomainSample {
      var sample = DomainSample(count: folder.count, network: network)
      var firstError: (any Error)?
      for url in folder.files {
        let result = Result {
          let image = try Image(contentsOf: url)
          try body(url, image)
          sample.add(image)
        }
        done += 1
        var error: (any Error)?
        if case .failure(let reason) = result { error = reason }
        firstError = firstError ?? error
        report(Progress(url: url, done: done, total: total, error: error))
      }
      if let firstError, sample.count == 0 { throw firstError }
      return sample
    }
    let reference = DomainReference(try sample(reference))
    var structures: [KeptStructure] = []
    let others = try sample(translated) { url, image in
      guard let input = inputs?[url] else { return }
      structures.append(KeptStructure(of: image, translatedFrom: try Image(contentsOf: input)))
    }
    return reference.completeScores(of: others, structures: structures)
  }
}
