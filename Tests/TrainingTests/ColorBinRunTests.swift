import Checkpoints
import Foundation
import Images
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Runs of the network that chooses colours from bins, with an encoder read from a file.
@Suite struct ColorBinRunTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for index in 0..<4 {
      let random = Random(seed: 7, purpose: "photo", step: index)
      let levels = Image(width: 6, height: 6, channels: 1, pixels: (0..<36).map { random.uniform(at: $0) })
        .resized(toWidth: 64, height: 64)
      // Dark is blue, light is yellow.
      let pixels = levels.pixels.flatMap { level in [level, 0.2 + 0.6 * level, 0.8 - 0.6 * level] }
      let photo = Image(width: 64, height: 64, channels: 3, pixels: pixels)
      try folder.add("photos/\(index).png", photo.encoded(as: .png, path: "photo"))
    }
  }

  private func path(_ name: String) -> String { folder.url.appending(path: name).path }

  /// An encoder's file with random weights.
  private func addEncoder() throws {
    let network = EfficientNetLite0()
    Initializer.kaiming(scale: 1).initialize(network, seed: 3, purpose: "encoder")
    let keys = NetworkDescription(of: network).tensorKeys
    let tensors = NamedTensor.all(of: network, keys: keys, average: nil, storage: .float32)
    try Safetensors.write(tensors, metadata: [:], to: folder.url.appending(path: "encoder.safetensors"))
  }

  private func recipe() -> Recipe {
    var recipe = Recipe(ColorizationProject.self)
    recipe.data.root = path("photos")
    (recipe.data.earlierCropSizes, recipe.data.cropSize) = ([32], 64)
    recipe.generator.network.use(ColorBinNetwork.self)
    recipe.generator.average = 0.9
    recipe.encoder.file = path("encoder.safetensors")
    (recipe.pixelPhase.steps, recipe.adversarialPhase.steps) = (4, 0)
    (recipe.pixelPhase.rate.learningRate, recipe.pixelPhase.rate.warmUp) = (0.002, 2)
    recipe.optimizer.weightDecay = 0.02
    recipe.batch = 2
    (recipe.output.checkpointEvery, recipe.output.sampleEvery, recipe.output.validateEvery) = (2, 4, 4)
    return recipe
  }

  @Test func aStoppedRunGoesOnToTheSameBytes() throws {
    try addEncoder()
    var recipe = recipe()
    // So that the checkpoint of the stop is none of the last two, which are kept.
    recipe.pixelPhase.steps = 5
    let whole = try train(recipe, in: folder.url.appending(path: "whole")).run
    let stopped = try train(recipe, in: folder.url.appending(path: "stopped"), stops: [3]).run
    #expect(try differences(between: whole.root, and: stopped.root) == [])
  }

  @Test func theFrozenPartsKeepTheirWeightsAndOthersLearn() throws {
    try addEncoder()
    let given = try EfficientNetLite0(contentsOf: folder.url.appending(path: "encoder.safetensors")).encoder
    var recipe = recipe()
    recipe.generator.average = 0
    let run = try train(recipe, in: folder.url.appending(path: "outputs")).run
    let model = try ModelFile(contentsOf: run.model("generator")).generator()
    let encoder = try #require(model as? ColorBinNetwork).encoder
    let summed = Tensor(given.stem.convolution.weight.value).sum(axes: [2], keepingDimensions: true).value
    #expect(encoder.stem.convolution.weight.value == summed)
    // Frozen are the stem and two blocks.
    for (index, (block, old)) in zip(encoder.blocks, given.blocks).enumerated() {
      #expect((block.depthwise.convolution.weight.value == old.depthwise.convolution.weight.value) == (index < 2))
    }
    // The statistics were measured on gray photos.
    #expect(encoder.stem.norm.runningMean.value != given.stem.norm.runningMean.value)
  }

  @Test func learnsColors() throws {
    try addEncoder()
    var recipe = recipe()
    (recipe.data.earlierCropSizes, recipe.data.cropSize) = ([], 32)
    (recipe.pixelPhase.steps, recipe.output.validateEvery) = (40, 40)
    let run = try train(recipe, in: folder.url.appending(path: "outputs")).run
    // Each row: step, epoch, learning rate, bins, guess.
    let losses = try String(contentsOf: run.losses, encoding: .utf8).split(separator: "\n").dropFirst().map {
      $0.split(separator: ",").compactMap { Double($0) }
    }
    let last = try #require(losses.last)
    // Even the best classification has a loss far above 0, since targets are shared out among bins.
    #expect(last[3] < 0.75 * losses[0][3] && last[4] < 0.5 * losses[0][4], "\(losses[0]) \(last)")
  }

  @Test func anotherFileThanTheEncodersIsRefused() throws {
    let model = PatchDiscriminator(PatchDiscriminator.Configuration())
    let tensors = NamedTensor.all(
      of: model, keys: NetworkDescription(of: model).tensorKeys, average: nil, storage: .float32)
    try Safetensors.write(tensors, metadata: [:], to: folder.url.appending(path: "encoder.safetensors"))
    let error = #expect(throws: RecipeProblem.self) {
      try train(recipe(), in: folder.url.appending(path: "outputs"))
    }
    #expect(try "\(#require(error))".contains("is not EfficientNet-Lite0"))
  }

  @Test func aMissingEncoderIsNamed() throws {
    let error = #expect(throws: (any Error).self) { try train(recipe(), in: folder.url.appending(path: "outputs")) }
    #expect(try "\(#require(error))".contains("encoder.safetensors"))
  }
}
