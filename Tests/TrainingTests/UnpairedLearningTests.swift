import Checkpoints
import Foundation
import Images
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Photographs, and different photographs with changed colours: a run learns the change, although no photograph is seen
/// in both.
@Suite struct UnpairedLearningTests {
  private let folder: TemporaryFolder
  /// Held-out parts of domain A's photographs.
  private var heldOut: [Image] = []

  init() throws {
    folder = try TemporaryFolder()
    for photo in ["kodim13", "kodim21"] {
      let image = try Self.photograph(photo)
      try add("trainA/\(photo).png", Self.shown(image))
      heldOut += [0, 256].map {
        image.cropped(x: 512, y: $0, width: 256, height: 256).resized(toWidth: 96, height: 96)
      }
    }
    for photo in ["kodim16", "kodim22"] {
      try add("trainB/\(photo).png", Self.recolored(Self.shown(Self.photograph(photo))))
    }
  }

  private static func photograph(_ name: String) throws -> Image {
    try Image(contentsOf: TestData.samples.appending(path: "\(name).png"))
  }

  /// The part of a photograph of 768x512 pixels that is trained on.
  private static func shown(_ image: Image) -> Image {
    image.cropped(x: 0, y: 0, width: 512, height: 512).resized(toWidth: 192, height: 192)
  }

  private func add(_ path: String, _ image: Image) throws {
    try folder.add(path, image.encoded(as: .png, path: path))
  }

  /// Red takes green's values, made brighter; green takes blue's, made darker; blue takes red's, made much darker.
  private static func recolored(_ image: Image) -> Image {
    var pixels = image.pixels
    for red in stride(from: 0, to: pixels.count, by: 3) {
      pixels[red] = pow(image.pixels[red + 1], 0.4)
      pixels[red + 1] = pow(image.pixels[red + 2], 1.5)
      pixels[red + 2] = pow(image.pixels[red], 2)
    }
    return Image(width: image.width, height: image.height, channels: 3, pixels: pixels)
  }

  /// Batch norm preserves a crop's brightness, which instance norm would remove; the identity losses keep bright and
  /// dark from being swapped, which the other losses would allow.
  private var recipe: Recipe {
    var recipe = Recipe()
    recipe.data.root = folder.url.path
    (recipe.data.loadSize, recipe.data.cropSize) = (192, 32)
    recipe.generator.network.use(ResNetGenerator.self) {
      ($0.width, $0.blocks, $0.norm, $0.upsampling) = (8, 1, .batch, .resizeConvolution)
    }
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers, $0.norm) = (16, 1, .batch) }
    (recipe.objective.cycle, recipe.objective.identity, recipe.objective.pool) = (5, 0.5, 0)
    recipe.optimizer.learningRate = 0.002
    recipe.schedule.steps = 400
    recipe.batch = 4
    return recipe
  }

  @Test func learnsAChangeOfColorsWithoutPairs() throws {
    let run = try TrainingRun(
      recipe: recipe, folder: RunFolder(name: "colors", in: folder.url), resume: false, listeners: [])
    let model = try #require(run.run().models.first)
    let generator = try ModelFile(contentsOf: model).generator()
    let (untouched, translated) = try heldOut.reduce((0.0, 0.0)) { sums, image in
      let truth = Self.recolored(image)
      let translation = withoutGradients { Image(array: generator(Tensor(image.array())).value) }
      return (
        try sums.0 + image.peakSignalToNoiseRatio(to: truth), try sums.1 + translation.peakSignalToNoiseRatio(to: truth)
      )
    }
    let gain = (translated - untouched) / Double(heldOut.count)
    #expect(untouched / Double(heldOut.count) < 14)
    #expect(gain >= 6, "\(gain) dB nearer to the truth than the untouched photographs")
  }
}
