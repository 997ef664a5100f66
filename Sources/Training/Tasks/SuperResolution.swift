import Checkpoints
import Datasets
import Foundation
import Images
import Layers
import Models
import Tensors

/// What super-resolution's recipe makes: the generator that enlarges images, and its training.
public struct SuperResolution {
  public let generator: any UpscalingNetwork
  /// Of the generator.
  public let description: NetworkDescription
  public let task: SupervisedTranslation

  /// Throws `CheckpointError` where the recipe names files of weights that are not the right ones.
  public init(_ recipe: Recipe) throws {
    description = recipe.generator.upscalingNetwork
    generator = try Self.makeGenerator(recipe, description)
    let file = recipe.features.file
    task = SupervisedTranslation(
      SupervisedTranslation.Objective(phasesOf: recipe, isConditional: false, discriminatorsLead: false),
      generator: generator, discriminator: recipe.makeDiscriminator(inputChannels: 3),
      recogniser: file.isEmpty
        ? nil : try VGG19Features(contentsOf: URL(filePath: file), recipe.features.layers.configuration),
      sampleRow: Self.sampleRow)
  }

  private static func makeGenerator(
    _ recipe: Recipe, _ description: NetworkDescription
  ) throws -> any UpscalingNetwork {
    let initial = recipe.generator.initial
    guard initial.isEmpty else {
      let model = try ModelFile(contentsOf: URL(filePath: initial))
      try model.require(description)
      return try model.upscaler()
    }
    guard let generator = description.makeUpscalingNetwork() else {
      preconditionFailure("\(description.name) does not enlarge images")
    }
    recipe.generator.upscalingInitializer.initialize(generator, seed: recipe.seed, purpose: "generator")
    return generator
  }

  /// Enlarged by bicubic resampling, by the generator, and as it should be.
  private static func sampleRow(_ batch: SupervisedSample, output: NDArray, index: Int) -> [Image] {
    let truth = Image(array: batch.target, index: index, range: .unit)
    let small = Image(array: batch.input, index: index, range: .unit)
    return [
      small.resized(toWidth: truth.width, height: truth.height), Image(array: output, index: index, range: .unit),
      truth,
    ]
  }
}

extension Recipe.Features.Layers {
  var configuration: VGG19Features.Configuration {
    switch self {
    case .vgg54: VGG19Features.Configuration()
    case .realESRGAN: .realESRGAN
    }
  }
}
