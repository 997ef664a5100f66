import Foundation
import Images
import Tensors
import TestSupport
import Training

/// Folders of small pictures, and runs on them whose notices are kept.
final class WatchedRun {
  let folder: TemporaryFolder
  /// For messages.
  private(set) var lastMeasures: [(name: String, value: Float)] = []

  private final class Notices: TrainingListener {
    private(set) var texts: [String] = []
    private(set) var lastMeasures: [(name: String, value: Float)] = []

    func receive(_ event: TrainingEvent) {
      if case .step(let step) = event { lastMeasures = step.losses + step.measures }
      if case .notice(let step, let text) = event { texts.append("step \(step): \(text)") }
      if case .failed(let step, let problem) = event { texts.append("step \(step): training ends here: \(problem)") }
    }
  }

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A picture of soft shapes with some fine detail.
  static func picture(_ purpose: String, _ index: Int, size: Int = 32) -> Image {
    let random = Random(seed: 11, purpose: purpose, step: index)
    func noise(_ side: Int, from first: Int) -> [Float] {
      Image(
        width: side, height: side, channels: 3, pixels: (0..<3 * side * side).map { random.uniform(at: first + $0) }
      ).resized(toWidth: size, height: size).pixels
    }
    let pixels = zip(noise(5, from: 0), noise(size / 2, from: 1000)).map { 0.8 * $0 + 0.2 * $1 }
    return Image(width: size, height: size, channels: 3, pixels: pixels)
  }

  /// Warmer, and with more contrast.
  static func recolored(_ image: Image) -> Image {
    let pixels = image.pixels.enumerated().map { place, value in
      min(max((value - 0.5) * 1.2 + [0.6, 0.5, 0.35][place % 3], 0), 1)
    }
    return Image(width: image.width, height: image.height, channels: 3, pixels: pixels)
  }

  func add(_ image: Image, _ path: String) throws {
    try folder.add(path, image.encoded(as: .png, path: path))
  }

  /// `count` pictures of each domain.
  func addDomains(_ split: String = "train", count: Int = 12) throws {
    for index in 0..<count {
      try add(Self.picture("\(split)A", index), "\(split)A/\(index).png")
      try add(Self.recolored(Self.picture("\(split)B", index)), "\(split)B/\(index).png")
    }
  }

  /// Trains, and returns what was told, and the error that ended the run, if any.
  func train(_ recipe: Recipe, name: String = "run") throws -> (notices: [String], error: (any Error)?) {
    let notices = Notices()
    defer { lastMeasures = notices.lastMeasures }
    let run = try TrainingRun(
      recipe: recipe, folder: RunFolder(name: name, in: folder.url), resume: false, listeners: [notices])
    do {
      _ = try run.run()
      return (notices.texts, nil)
    } catch {
      return (notices.texts, error)
    }
  }
}
