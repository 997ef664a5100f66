import Images
import Tensors
import TestSupport
import Testing

@Suite struct ImageSetTests {
  /// The pattern of `scripts/golden/distances.py`, in 0...1.
  private static func pattern(kind: Int, index: Int) -> [Float] {
    (0..<256 * 256 * 3).map { place in
      let (y, x, channel) = (place / 3 / 256, place / 3 % 256, place % 3)
      let sum = (3 + index) * x * x + (5 + kind) * x * y + 7 * y * y + 31 * channel * (x + index)
      return Float(sum % (251 - 60 * kind)) / 255
    }
  }

  /// With the script's draws, exactly the script's distances.
  @Test func texturesAreComparedAsInPython() throws {
    let golden = try GoldenFile("distances").arrays(under: "textures/")
    let places = golden["places"]!
    let drawn = places.shape[2]
    let values = places.scalars.map { Int($0) }
    let samples = (0..<2).map { kind in
      var sample = ImageSetSample(images: 2)
      for index in 0..<2 {
        let pyramid = LaplacianPyramid(pixels: Self.pattern(kind: kind, index: index))
        sample.add(
          pyramid,
          at: (0..<4).map { level in
            (0..<drawn).map {
              let first = ((level * 2 + index) * drawn + $0) * 2
              return (values[first], values[first + 1])
            }
          })
      }
      return sample
    }
    let expected = golden["distances"]!.scalars
    #expect(expected.count == 4)
    for level in 0..<4 {
      let reference = SlicedWasserstein(
        reference: samples[0].patches[level], directions: golden["directions"]!, smallestDeviation: 1e-6)
      let distance = reference.distance(to: samples[1].patches[level])
      #expect(abs(distance - Double(expected[level])) < 1e-3 * Double(expected[level]), "level \(level): \(distance)")
    }
  }

  private static func sample(_ images: [Image]) -> ImageSetSample {
    var sample = ImageSetSample(images: images.count)
    for image in images { sample.add(image) }
    return sample
  }

  private static func photo(_ name: String) throws -> Image {
    try Image(contentsOf: TestData.samples.appending(path: "\(name).png"))
  }

  @Test func blurChangesFineTexturesAndAnotherColorThePalette() throws {
    let photo = try Self.photo("kodim21")
    let reference = ImageSetReference(Self.sample([photo]))
    let same = reference.textureDistances(to: Self.sample([photo]))
    #expect(same.count == ImageSetSample.sides.count && same.allSatisfy { $0 == 0 })
    #expect(reference.paletteDistance(to: Self.sample([photo])) == 0)

    let blurred = photo.resized(toWidth: photo.width / 8, height: photo.height / 8)
      .resized(toWidth: photo.width, height: photo.height)
    let textures = reference.textureDistances(to: Self.sample([blurred]))
    #expect(textures[0] > 200 && textures[0] > 3 * textures[3], "\(textures)")

    let red = Image(
      width: photo.width, height: photo.height, channels: 3,
      pixels: photo.pixels.enumerated().map { $0 % 3 == 0 ? min(1, $1 + 0.2) : $1 })
    let palettes = [blurred, red].map { reference.paletteDistance(to: Self.sample([$0])) }
    #expect(palettes[1] > 3 * palettes[0] && palettes[1] > 300, "\(palettes)")
  }

  @Test func smallGrayAndPlainImagesHaveDistances() throws {
    let plain = Image(width: 3, height: 2, channels: 1, pixels: [Float](repeating: 0.5, count: 6))
    let photo = try Self.photo("kodim21")
    let reference = ImageSetReference(Self.sample([plain]))
    #expect(reference.paletteDistance(to: Self.sample([photo])).isFinite)
    #expect(reference.textureDistances(to: Self.sample([photo])).allSatisfy { $0.isFinite })
    #expect(reference.textureDistances(to: Self.sample([plain])).allSatisfy { $0 == 0 })
  }

  @Test func structureIsKeptUnderOtherColorsAndLostInAnotherImage() throws {
    let (photo, other) = (try Self.photo("kodim21"), try Self.photo("kodim13"))
    let same = KeptStructure(of: photo, translatedFrom: photo)
    #expect(abs((same.edges ?? 0) - 1) < 1e-9 && abs((same.lightness ?? 0) - 1) < 1e-9)
    let tinted = Image(
      width: photo.width, height: photo.height, channels: 3,
      pixels: photo.pixels.enumerated().map { $1 * [0.9, 0.7, 0.5][$0 % 3] })
    let kept = KeptStructure(of: tinted.resized(toWidth: 256, height: 256), translatedFrom: photo)
    #expect((kept.edges ?? 0) > 0.9 && (kept.lightness ?? 0) > 0.95, "\(kept)")
    let lost = KeptStructure(of: other, translatedFrom: photo)
    #expect(abs(lost.edges ?? 1) < 0.5 && abs(lost.lightness ?? 1) < 0.7, "\(lost)")
    // The negative has the same edges, and the opposite lightness.
    let negative = Image(width: photo.width, height: photo.height, channels: 3, pixels: photo.pixels.map { 1 - $0 })
    let reversed = KeptStructure(of: negative, translatedFrom: photo)
    #expect((reversed.edges ?? 0) > 0.5 && (reversed.lightness ?? 0) < -0.8, "\(reversed)")
  }

  @Test func plainImagesHaveNoStructure() throws {
    let plain = Image(width: 9, height: 9, channels: 3, pixels: [Float](repeating: 0.5, count: 243))
    let nothing = KeptStructure(of: plain, translatedFrom: plain)
    #expect(nothing.edges == nil && nothing.lightness == nil)
    let mean = KeptStructure.mean(of: [
      nothing, KeptStructure(of: try Self.photo("kodim21"), translatedFrom: try Self.photo("kodim21")),
    ])
    #expect(abs((mean.edges ?? 0) - 1) < 1e-9)
  }
}
