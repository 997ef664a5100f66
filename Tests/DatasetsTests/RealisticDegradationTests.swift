import Datasets
import Foundation
import Images
import Tensors
import TestSupport
import Testing

struct RealisticDegradationTests {
  private func picture(_ width: Int, _ height: Int) -> Image {
    var pixels: [Float] = []
    for y in 0..<height {
      for x in 0..<width {
        pixels += [Float((x / 7 + y / 5) % 2), Float(x) / Float(width), 0.5 + 0.5 * sin(Float(x * y) / 90)]
      }
    }
    let rounded = pixels.map { ($0 * 255).rounded() / 255 }
    return Image(width: width, height: height, channels: 3, pixels: rounded)
  }

  private func random(_ step: Int, seed: UInt64 = 1) -> Random {
    Random(seed: seed, purpose: "degradation", step: step)
  }

  /// A degradation that only resizes to the final size.
  private var nothing: RealisticDegradation {
    var settings = RealisticDegradation()
    for stage in [\RealisticDegradation.first, \.second] {
      settings[keyPath: stage].blur.probability = 0
      settings[keyPath: stage].resizing = ResizingSettings(enlarge: 0, shrink: 0, keep: 1)
      settings[keyPath: stage].noise.probability = 0
      settings[keyPath: stage].compressionProbability = 0
    }
    settings.last.sincProbability = 0
    return settings
  }

  @Test(arguments: [(64, 48, 4), (65, 51, 4), (31, 30, 3), (40, 20, 2), (24, 24, 1), (4, 4, 4), (5, 9, 4), (1, 1, 1)])
  func sizesAreDividedAndSamplesHave8Bits(width: Int, height: Int, scale: Int) throws {
    for step in 0..<12 {
      let image = try RealisticDegradation().degraded(picture(width, height), scale: scale, random: random(step))
      #expect((image.width, image.height, image.channels) == (width / scale, height / scale, 3))
      #expect(image.bitDepth == .eight && image.pixels.allSatisfy { $0 >= 0 && $0 <= 1 })
      #expect(image.pixels.allSatisfy { abs($0 * 255 - ($0 * 255).rounded()) < 1e-4 })
    }
  }

  @Test func aSampleIsAFunctionOfSeedAndStep() throws {
    let (settings, image) = (RealisticDegradation(), picture(64, 48))
    let samples = try (0..<8).map { try settings.degraded(image, scale: 4, random: random($0)) }
    for step in (0..<8).reversed() {
      #expect(try settings.degraded(image, scale: 4, random: random(step)) == samples[step])
      #expect(try settings.degraded(image, scale: 4, random: random(step, seed: 2)) != samples[step])
    }
    #expect(Set(samples.map(\.pixels)).count == 8)
  }

  @Test func eachPartMayBeLeftOut() throws {
    let image = picture(48, 40)
    for step in 0..<4 {
      #expect(try nothing.degraded(image, scale: 1, random: random(step)) == image)
    }
    let small = try Set((0..<40).map { try nothing.degraded(image, scale: 4, random: random($0)).pixels })
    var unrounded = image
    unrounded.bitDepth = .sixteen
    let expected = [ResamplingFilter.box, .bilinear, .bicubic].map { filter in
      let resized = unrounded.resized(toWidth: 12, height: 10, filter: filter, convention: .pytorch)
      return resized.pixels.map { ($0 * 255 + 0.5).rounded(.down) / 255 }
    }
    // The second stage resizes to the final size, so that nothing is left to do after it.
    #expect(small == Set(expected))
  }

  @Test func eachPartMayComeAlone() throws {
    let image = picture(48, 40)
    func results(_ change: (inout RealisticDegradation) -> Void) throws -> Set<[UInt8]> {
      var settings = nothing
      change(&settings)
      return try Set((0..<12).map { try settings.degraded(image, scale: 1, random: random($0)).eightBits })
    }
    var unrounded = image
    unrounded.bitDepth = .sixteen

    let bell = BlurKernel.gaussian(size: 9, spread: .init(1.5))
    for stage in [\RealisticDegradation.first, \.second] {
      let blurred = try results {
        $0[keyPath: stage].blur.probability = 1
        $0[keyPath: stage].blur.sincProbability = 0
        $0[keyPath: stage].blur.sizes = 9...9
        $0[keyPath: stage].blur.isotropic = 1
        $0[keyPath: stage].blur.anisotropic = 0
        $0[keyPath: stage].blur.generalizedIsotropic = 0
        $0[keyPath: stage].blur.generalizedAnisotropic = 0
        $0[keyPath: stage].blur.plateauIsotropic = 0
        $0[keyPath: stage].blur.plateauAnisotropic = 0
        $0[keyPath: stage].blur.deviation = 1.5...1.5
      }
      #expect(blurred == [unrounded.blurred(by: bell).eightBits])

      let compressed = try results {
        $0[keyPath: stage].compressionProbability = 1
        $0[keyPath: stage].quality = 40...40
      }
      #expect(compressed == [try image.compressedAsJPEG(quality: 40).eightBits])

      for isGray in [true, false] {
        for isGaussian in [true, false] {
          let noisy = try results {
            $0[keyPath: stage].noise.probability = 1
            $0[keyPath: stage].noise.gaussianProbability = isGaussian ? 1 : 0
            $0[keyPath: stage].noise.grayProbability = isGray ? 1 : 0
          }
          #expect(noisy.count == 12)
          let isShared = noisy.allSatisfy { noise in
            // Unless one of them is black or white, all channels of a pixel have shifted equally.
            stride(from: 0, to: noise.count, by: 3).allSatisfy { i in
              let moves = (i..<i + 3).map { (Int(noise[$0]), Int(noise[$0]) - Int((image.pixels[$0] * 255).rounded())) }
              return moves.contains { $0.0 == 0 || $0.0 == 255 } || (moves.map(\.1).max()! - moves.map(\.1).min()!) <= 1
            }
          }
          #expect(isShared == isGray)
        }
      }

      for (enlarge, factor) in [(1.0, 1.0...1.5), (0, 0.5...1)] {
        let resized = try results {
          $0[keyPath: stage].resizing = ResizingSettings(enlarge: enlarge, shrink: 1 - enlarge, keep: 0, factor: factor)
        }
        #expect(resized.count == 12)
      }
    }

    let ringing = try results {
      $0.last.sincProbability = 1
      $0.last.sincSizes = 13...13
      $0.last.sincCutoff = 1.5...1.5
    }
    #expect(ringing == [unrounded.blurred(by: .sinc(size: 13, cutoff: 1.5)).eightBits])
  }

  @Test func theLastCompressionComesEarlyOrLate() throws {
    let image = picture(48, 40)
    var settings = nothing
    settings.second.compressionProbability = 1
    settings.second.quality = 30...30
    settings.last.sincProbability = 1
    settings.last.sincSizes = 13...13
    settings.last.sincCutoff = 1.5...1.5
    let sinc = BlurKernel.sinc(size: 13, cutoff: 1.5)
    var (unrounded, early) = (image, try image.compressedAsJPEG(quality: 30))
    unrounded.bitDepth = .sixteen
    early.bitDepth = .sixteen
    let expected = [
      1.0: early.blurred(by: sinc).eightBits,
      0: try unrounded.blurred(by: sinc).compressedAsJPEG(quality: 30).eightBits,
    ]
    for (probability, result) in expected {
      settings.last.earlyCompressionProbability = probability
      #expect(try settings.degraded(image, scale: 1, random: random(3)).eightBits == result)
    }
    settings.last.earlyCompressionProbability = 0.5
    let both = try Set((0..<20).map { try settings.degraded(image, scale: 1, random: random($0)).eightBits })
    #expect(both == Set(expected.values))
  }

  @Test func compressionHalvesTheResolutionOfColor() throws {
    let pixels = (0..<16 * 16).flatMap { $0 % 2 == 0 ? [1, 0, 0] : [0, 0, 1] as [Float] }
    let image = Image(width: 16, height: 16, channels: 3, pixels: pixels)
    let compressed = try image.compressedAsJPEG(quality: 100)
    #expect(try compressed.peakSignalToNoiseRatio(to: image) < 15)
    #expect(try compressed.grayscale().peakSignalToNoiseRatio(to: image.grayscale()) > 25)
  }

  @Test func settingsThatCannotBeAreRefused() throws {
    try RealisticDegradation().validate()
    func problem(_ change: (inout RealisticDegradation) -> Void) -> String {
      var settings = RealisticDegradation()
      change(&settings)
      let error = #expect(throws: DatasetError.self) { try settings.validate() }
      return error?.description ?? ""
    }
    #expect(problem { $0.first.blur.probability = 1.5 } == "firstDegradation.blur is 1.5, expected 0 to 1")
    #expect(
      problem { $0.second.quality = 0...50 }.hasPrefix(
        "secondDegradation.quality is 0...50, expected a range within 1...100"))
    #expect(problem { $0.second.blur.deviation = 0...1 }.hasPrefix("secondDegradation.blurDeviation is 0.0...1.0"))
    #expect(problem { $0.first.resizing.factor = 1.1...2 }.hasPrefix("firstDegradation.resizing is 1.1...2.0"))
    #expect(problem { $0.first.resizing = ResizingSettings(enlarge: 0, shrink: 0, keep: 0) }.contains("not all 0"))
    #expect(problem { $0.first.noise.grayProbability = .nan }.hasPrefix("firstDegradation.grayNoise is nan"))
    #expect(problem { $0.last.sincSizes = 7...9000 }.hasPrefix("lastDegradation.sincSizes is 7...9000"))
    #expect(problem { $0.last.earlyCompressionProbability = -1 }.hasPrefix("lastDegradation.earlyCompression is -1"))
  }

  @Test func settingsAreKeptInFiles() throws {
    var settings = RealisticDegradation()
    settings.second.blur.deviation = 0.5...0.75
    let data = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(RealisticDegradation.self, from: data) == settings)
  }
}

extension Image {
  fileprivate var eightBits: [UInt8] { bytes() }
}
