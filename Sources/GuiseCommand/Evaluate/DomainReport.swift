import Datasets
import Foundation
import Images
import Models
import Pipelines

/// The scores of two sets of images on standard output, as a table or as JSON; errors on standard error.
final class DomainReport {
  private(set) var hasFailures = false
  private let display: ProgressDisplay
  private let network: NetworkDescription?

  init(_ network: (any FeatureNetwork)?, isQuiet: Bool) {
    self.network = network.map { NetworkDescription(of: $0) }
    display = ProgressDisplay(isQuiet: isQuiet)
  }

  func tell(_ progress: DomainEvaluation.Progress) {
    if let error = progress.error { fail(ErrorText.text(of: error)) }
    let text = "\(progress.done)/\(progress.total)  \(progress.url.lastPathComponent)"
    display.show(fraction: Double(progress.done) / Double(progress.total), text: text, line: nil)
  }

  func finish(_ scores: DomainScores, writesJSON: Bool) {
    display.clear()
    if writesJSON {
      try? JSONLine.write(DomainLine(scores, network: network?.name))
      return
    }
    if let network { print("features of \(network.summary)") }
    print(
      TextTable.text(header: ["\(scores.images) images beside \(scores.references)", ""], rows: Self.rows(scores)))
    if scores.isFrechetDistanceUnreliable {
      print(
        "FID of fewer than \(FeatureSet.fewestForFrechetDistance) images is unreliable: it is much too large, and means "
          + "nothing beside that of another number of images")
    }
  }

  private static func rows(_ scores: DomainScores) -> [[String]] {
    var rows: [[String]] = []
    func add(_ name: String, _ value: Double?, digits: Int) {
      if let value { rows.append([name, TextTable.number(value, digits: digits)]) }
    }
    add("KID x 1000, all images", scores.kernelDistance.map { 1000 * $0 }, digits: 2)
    if let subsets = scores.subsetKernelDistance {
      add("KID x 1000, mean of 100 subsets of 1000", 1000 * subsets.mean, digits: 2)
      add("  standard deviation", 1000 * subsets.deviation, digits: 2)
    }
    add("FID", scores.frechetDistance, digits: 2)
    add("precision", scores.precision, digits: 3)
    add("recall", scores.recall, digits: 3)
    add("inception score", scores.inceptionScore, digits: 2)
    for (side, distance) in zip(ImageSetSample.sides, scores.textures) {
      add("texture at \(side) pixels", distance, digits: 0)
    }
    add("texture, mean", scores.texture, digits: 0)
    add("palette", scores.palette, digits: 0)
    add("edges kept", scores.structure?.edges, digits: 3)
    add("lightness kept", scores.structure?.lightness, digits: 3)
    return rows
  }

  /// Tells what was left out of the folders, and what in them cannot be read.
  func tell(of folders: [ImageFolder]) {
    for folder in folders {
      if let text = folder.leftOut.text { display.note("\(folder.url.relativePath): \(text)") }
      for path in folder.unreadable { fail("\(path)") }
    }
  }

  func list(imagesWithoutInput: [URL]) {
    for url in imagesWithoutInput { fail("\(url.relativePath) has no input") }
  }

  private func fail(_ message: String) {
    hasFailures = true
    display.clear()
    ErrorLine.write(message)
  }
}

/// The scores of two sets of images as a line of JSON.
private struct DomainLine: Encodable {
  let images: Int, references: Int
  /// The network's name.
  let features: String?
  let kid: Double?, kidOfSubsets: Double?, kidDeviation: Double?
  let fid: Double?
  let isFidUnreliable: Bool?
  let precision: Double?, recall: Double?, inceptionScore: Double?
  let textures: [Double], texture: Double, palette: Double
  let edges: Double?, lightness: Double?

  init(_ scores: DomainScores, network: String?) {
    (images, references, features) = (scores.images, scores.references, network)
    kid = scores.kernelDistance
    (kidOfSubsets, kidDeviation) = (scores.subsetKernelDistance?.mean, scores.subsetKernelDistance?.deviation)
    fid = scores.frechetDistance
    isFidUnreliable = fid.map { _ in scores.isFrechetDistanceUnreliable }
    (precision, recall, inceptionScore) = (scores.precision, scores.recall, scores.inceptionScore)
    (textures, texture, palette) = (scores.textures, scores.texture, scores.palette)
    (edges, lightness) = (scores.structure?.edges, scores.structure?.lightness)
  }
}
