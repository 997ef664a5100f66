import Datasets
import Foundation
import Images
import Tensors
import TestSupport
import Testing

/// What the realistic degradation has beyond the published one.
struct DegradationAdditionsTests {
  private func degraded(
    _ image: Image, step: Int = 0, scale: Int = 1, _ change: (inout RealisticDegradation) -> Void
  ) throws -> Image {
    var settings = RealisticDegradation()
    for stage in [\RealisticDegradation.first, \.second] {
      settings[keyPath: stage].blur.probability = 0
      settings[keyPath: stage].resizing = ResizingSettings(enlarge: 0, shrink: 0, keep: 1)
      settings[keyPath: stage].noise.probability = 0
      settings[keyPath: stage].compressionProbability = 0
    }
    settings.last.sincProbability = 0
    change(&settings)
    return try settings.degraded(image, scale: scale, random: Random(seed: 1, purpose: "degradation", step: step))
  }

  private func flat(_ tone: Float, side: Int = 64) -> Image {
    Image(width: side, height: side, channels: 3, pixels: Array(repeating: tone, count: side * side * 3))
  }

  private func deviation(_ values: [Float]) -> Float {
    let mean = values.reduce(0, +) / Float(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot()
  }

  /// An edge gets a darker and a brighter side, by as much as the blur's difference times the amount.
  @Test func sharpeningLeavesHalos() throws {
    let edge = Image(
      width: 32, height: 8, channels: 3, pixels: (0..<32 * 8 * 3).map { $0 / 3 % 32 < 16 ? 0.3 : 0.7 })
    let sharpened = try degraded(edge) {
      $0.second.sharpening.probability = 1
      $0.second.sharpening.amount = 0.5...0.5
      $0.second.sharpening.radius = 1...1
    }
    let row = (0..<32).map { sharpened.pixels[(4 * 32 + $0) * 3] }
    // Half of what a Gaussian of radius 1 carries across the edge: 0.4 (1 - 0.6915) / 2, and so on outwards.
    for (column, expected) in [(15, 0.2398), (14, 0.2877), (8, 0.3), (16, 0.7602), (17, 0.7123), (24, 0.7)] {
      #expect(abs(Double(row[column]) - expected) < 0.003, "\(column): \(row[column])")
    }
  }

  @Test func grainIsGrayAndStrongestInMidtones() throws {
    func spread(_ tone: Float, size: Double = 1) throws -> Float {
      let grainy = try degraded(flat(tone)) {
        $0.print.probability = 1
        $0.print.grain = 0.06...0.06
        $0.print.grainSize = size...size
        $0.print.halftoneProbability = 0
      }
      #expect((0..<64 * 64).allSatisfy { Set(grainy.pixels[3 * $0..<3 * $0 + 3]).count == 1 })
      return deviation(grainy.pixels)
    }
    #expect(try abs(spread(0.5) - 0.06) < 0.01)
    #expect(try abs(spread(0.5, size: 2.5) - 0.06) < 0.02)
    #expect(try abs(spread(0.1) - 0.06 * 0.36) < 0.005)
    #expect(try spread(1) == 0 && spread(0) == 0)
  }

  @Test func halftoneDotsHaveTheirPeriod() throws {
    let screened = try degraded(flat(0.5, side: 120)) {
      $0.print.probability = 1
      $0.print.grain = 0...0
      $0.print.halftoneProbability = 1
      $0.print.screenPeriod = 6...6
      $0.print.screenStrength = 0.2...0.2
    }
    // The sum of two cosines of amplitude 0.2 / 4, at whatever angle.
    #expect(abs(deviation(screened.pixels) - 0.05) < 0.003)
    #expect(try #require(screened.pixels.max()) > 0.57 && #require(screened.pixels.min()) < 0.43)
  }

  @Test func shrinkingMayBeAntialiased() throws {
    let random = Random(seed: 7, purpose: "photo", step: 0)
    var photo = Image(width: 48, height: 40, channels: 3, pixels: (0..<48 * 40 * 3).map { random.uniform(at: $0) })
    photo.bitDepth = .sixteen
    func results(_ probability: Double) throws -> Set<[UInt8]> {
      try Set(
        (0..<30).map { step in
          try degraded(photo, step: step, scale: 4) { $0.second.resizing.antialiasedProbability = probability }
            .bytes()
        })
    }
    func expected(_ convention: ResamplingConvention) -> Set<[UInt8]> {
      let filters: [ResamplingFilter] = [.box, .bilinear, .bicubic]
      return Set(
        filters.map { photo.resized(toWidth: 12, height: 10, filter: $0, convention: convention).bytes() })
    }
    #expect(try results(1) == expected(.pillow))
    #expect(try results(0) == expected(.pytorch))
    #expect(try results(0.5) == expected(.pillow).union(expected(.pytorch)))
  }

  @Test func compressionMayKeepColorsResolution() throws {
    let (red, blue): ([Float], [Float]) = ([0.9, 0.2, 0.2], [0.2, 0.2, 0.9])
    let colors = Image(
      width: 32, height: 32, channels: 3, pixels: (0..<32 * 32).flatMap { $0 % 2 == 0 ? red : blue })
    func error(_ probability: Double) throws -> Float {
      let compressed = try degraded(colors) {
        $0.second.compressionProbability = 1
        $0.second.quality = 95...95
        $0.second.fullColorProbability = probability
      }
      return zip(compressed.pixels, colors.pixels).map { abs($0 - $1) }.reduce(0, +) / Float(colors.pixels.count)
    }
    #expect(try error(0) > 0.15 && error(1) < 0.05)
  }

  @Test func samplesMayBeCleanOrGray() throws {
    let folder = try TemporaryFolder()
    let random = Random(seed: 3, purpose: "photo", step: 0)
    let photo = Image(
      width: 64, height: 64, channels: 3, pixels: (0..<64 * 64 * 3).map { random.uniform(at: $0) })
    try folder.add("photo.png", photo.encoded(as: .png, path: "photo"))
    func samples(clean: Double, gray: Double) throws -> [SupervisedSample] {
      let crop = SuperResolutionCrop(
        size: 32, scale: 4, degradation: RealisticDegradation(), clean: clean, gray: gray)
      let dataset = try SuperResolutionDataset(root: folder.url, crop: crop, batchSize: 1, seed: 2)
      return try (0..<40).map { try dataset.sample(step: $0) }
    }
    func isGray(_ array: NDArray) -> Bool {
      let values: [Float] = array.scalars
      return (0..<values.count / 3).allSatisfy { Set(values[3 * $0..<3 * $0 + 3]).count == 1 }
    }
    let clean = try samples(clean: 1, gray: 0)
    let (half, none) = (try samples(clean: 0.5, gray: 0), try samples(clean: 0, gray: 0))
    for index in 0..<40 {
      #expect(half[index].target == clean[index].target)
      #expect([clean[index].input, none[index].input].contains(half[index].input))
      #expect(clean[index].input != none[index].input)
    }
    let same = (0..<40).count { half[$0].input == clean[$0].input }
    #expect((10...30).contains(same))
    let gray = try samples(clean: 0.5, gray: 0.5)
    #expect(gray.allSatisfy { isGray($0.input) == isGray($0.target) })
    #expect((10...30).contains(gray.count { isGray($0.input) }))
  }

  @Test func unusableSettingsAreNamed() {
    let changes: [(String, (inout RealisticDegradation) -> Void)] = [
      ("printDegradation.print", { $0.print.probability = 2 }),
      ("printDegradation.grain", { $0.print.grain = 0...3 }),
      ("printDegradation.screenPeriod", { $0.print.screenPeriod = 1...3 }),
      ("firstDegradation.sharpening", { $0.first.sharpening.probability = -1 }),
      ("secondDegradation.sharpeningRadius", { $0.second.sharpening.radius = 0...1 }),
      ("secondDegradation.antialiased", { $0.second.resizing.antialiasedProbability = 3 }),
      ("firstDegradation.fullColor", { $0.first.fullColorProbability = 1.5 }),
    ]
    for (name, change) in changes {
      var settings = RealisticDegradation()
      change(&settings)
      let refused = #expect(throws: DatasetError.self) { try settings.validate() }
      #expect(refused?.description.hasPrefix(name + " is") == true, "\(refused?.description ?? "")")
    }
  }
}
