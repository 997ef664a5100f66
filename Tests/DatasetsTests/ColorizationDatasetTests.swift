import Datasets
import Foundation
import Images
import Tensors
import TestSupport
import Testing

struct ColorizationDatasetTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private let whole = Augmentation(loadSize: 16, cropSize: 16, flip: false)

  private func dataset(tones: Double = 0, batchSize: Int = 1) throws -> ColorizationDataset {
    try ColorizationDataset(root: folder.url, augmentation: whole, tones: tones, batchSize: batchSize, seed: 1)
  }

  /// `color` makes red, green and blue from a level in 0...1 and a random number.
  private func add(_ name: String, _ color: (Float, Float) -> [Float]) throws {
    let random = Random(seed: 1, purpose: name)
    let pixels = (0..<256).flatMap { color(0.1 + 0.8 * Float($0) / 255, random.uniform(at: $0)) }
    try folder.add(
      name, Image(width: 16, height: 16, channels: 3, pixels: pixels).encoded(as: .png, path: name))
  }

  private func addColorful(_ name: String) throws {
    try add(name) { level, random in [level, random, 1 - level] }
  }

  @Test func lightnessComesInAndColorsGoOut() throws {
    try addColorful("photo.png")
    let sample = try dataset(batchSize: 2).sample(step: 3)
    #expect(sample.input.shape == [2, 16, 16, 1] && sample.target.shape == [2, 16, 16, 2])
    let photo = try Image(contentsOf: folder.url.appending(path: "photo.png"))
    for index in 0..<2 {
      let back = Image(lightness: sample.input, chroma: sample.target, index: index)
      #expect(zip(back.pixels, photo.pixels).allSatisfy { abs($0 - $1) < 1e-3 })
    }
  }

  @Test func tonesMoveButKeepTheirOrderAndTheColors() throws {
    try addColorful("photo.png")
    let (plain, varied) = (try dataset().sample(step: 0), try dataset(tones: 0.3).sample(step: 0))
    #expect(varied.target == plain.target)
    let tones = zip(plain.input.withHostMemory(Array.init), varied.input.withHostMemory(Array.init)).sorted {
      $0.0 < $1.0
    }
    #expect(zip(tones, tones.dropFirst()).allSatisfy { $0.1 <= $1.1 })
    // An exponent of e^0.3 shifts the tone 0.46 the most, by 0.11; black and white shift by 0.075 towards gray. In
    // -1...1, shifts are twice as large.
    let moves = tones.map { abs($0.1 - $0.0) }
    #expect(moves.max()! > 0.02 && moves.max()! < 0.4)
    let next = try dataset(tones: 0.3).sample(step: 1)
    #expect(next.input != varied.input)
  }

  @Test func grayAndTonedImagesAreLeftOut() throws {
    try addColorful("photo.png")
    try add("gray.png") { level, _ in [level, level, level] }
    try add("sepia.png") { level, _ in [min(1, 1.1 * level), level, 0.8 * level] }
    try add("bluish.png") { level, _ in [0.9 * level, level, min(1, 1.05 * level)] }
    // Gray, as lossy compression would leave it.
    try add("noisy.png") { level, random in [level + 0.006 * random, level, level - 0.006 * random] }
    let dataset = try dataset()
    #expect(dataset.count == 1 && dataset.leftOut == 4)
  }

  @Test func aFolderWithoutColorsIsRefused() throws {
    for name in ["a.png", "b.png"] { try add(name) { level, _ in [level, level, level] } }
    let error = #expect(throws: DatasetError.self) { try dataset() }
    #expect(try "\(#require(error))".hasPrefix("none of the 2 images in"))
  }
}
