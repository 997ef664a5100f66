import Foundation
import Images
import TestSupport
import Testing
import Threads

@Suite(.serialized) struct ImageQualityTests {
  @Test func measuresAreTheDefinitions() throws {
    let (image, noisy) = (try Golden.image("rgb.png"), try Golden.image("rgb-noisy.png"))
    let expected = try JSONDecoder().decode([String: Double].self, from: Data(contentsOf: Golden.url("quality.json")))
    let similarity = try #require(try noisy.structuralSimilarity(to: image))
    #expect(try abs(noisy.peakSignalToNoiseRatio(to: image) - (expected["psnr"] ?? 0)) < 1e-4)
    #expect(abs(similarity - (expected["ssim"] ?? 0)) < 1e-6)
    #expect(try image.structuralSimilarity(to: image) == 1)
    #expect(try image.peakSignalToNoiseRatio(to: image) == .infinity)
  }

  @Test func similarityNeedsRoomForItsWindow() throws {
    for (width, height, isMeasured) in [(11, 11, true), (10, 50, false), (50, 10, false), (1, 1, false)] {
      let image = Image.pattern(width: width, height: height, channels: 1)
      #expect(try (image.structuralSimilarity(to: image) != nil) == isMeasured)
    }
  }

  @Test func threadsChangeNothing() throws {
    let image = Image.pattern(width: 301, height: 257, channels: 3)
    let other = image.resized(toWidth: 150, height: 128).resized(toWidth: 301, height: 257)
    let count = ThreadPool.threadCount
    defer { ThreadPool.threadCount = count }
    let results = try [1, 2, 3].map { threads in
      ThreadPool.threadCount = threads
      return try [other.peakSignalToNoiseRatio(to: image), other.structuralSimilarity(to: image)]
    }
    #expect(results[1] == results[0] && results[2] == results[0])
  }
}

/// Figures that the literature on super-resolution reports, measured on Y without the 4 outermost pixels.
@Suite struct LiteratureTests {
  private static let sets = [("Set5", 28.42, 0.8104), ("Set14", 26.00, 0.7027)]

  /// The truth, cropped at the right and bottom to whole low-resolution pixels, and the standard low-resolution image.
  private func images(of set: String) throws -> [(name: String, truth: Image, small: Image)] {
    let folder = TestData.folder.appending(path: "sr")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: set).path).sorted()
    return try names.filter { $0.hasSuffix(".png") }.map { name in
      let truth = try Image(contentsOf: folder.appending(path: "\(set)/\(name)"))
      let small = try Image(contentsOf: folder.appending(path: "\(set)_LRx4/\(name)"))
      return (name, truth.cropped(x: 0, y: 0, width: 4 * small.width, height: 4 * small.height), small)
    }
  }

  @Test(.enabled(if: TestData.has("sr/Set5_LRx4"), "\(TestData.isMissing)"), arguments: sets.map(\.0))
  func shrinkingGivesTheStandardFiles(set: String) throws {
    for (name, truth, small) in try images(of: set) {
      let shrunk = truth.resized(toWidth: small.width, height: small.height, convention: .matlab)
      #expect(shrunk.pixels == small.pixels, "\(name)")
    }
  }

  @Test(.enabled(if: TestData.has("sr/Set5_LRx4"), "\(TestData.isMissing)"), arguments: sets)
  func bicubicEnlargementScoresAsReported(set: String, ratio: Double, similarity: Double) throws {
    let scores = try images(of: set).map { _, truth, small in
      let enlarged = small.resized(toWidth: truth.width, height: truth.height, convention: .matlab)
      let (a, b) = (scored(enlarged), scored(truth))
      return (ratio: try a.peakSignalToNoiseRatio(to: b), similarity: try #require(try a.structuralSimilarity(to: b)))
    }
    let meanRatio = scores.map(\.ratio).reduce(0, +) / Double(scores.count)
    let meanSimilarity = scores.map(\.similarity).reduce(0, +) / Double(scores.count)
    #expect(abs(meanRatio - ratio) < 0.03 && abs(meanSimilarity - similarity) < 0.001, "\(meanRatio) \(meanSimilarity)")
  }

  /// A gray image is scored on its own values.
  private func scored(_ image: Image) -> Image {
    let luma = image.channels == 1 ? image : image.videoLuma()
    return luma.cropped(x: 4, y: 4, width: image.width - 8, height: image.height - 8)
  }
}
