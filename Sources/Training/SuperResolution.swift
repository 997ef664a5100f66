import Checkpoints
import Datasets
import Foundation
import Images
import Layers
import Models
import Tensors

/// Larger images from smaller ones (Ledig et al. 2017): a generator judged by its pixels, then also by a discriminator and
/// by the features of an image recogniser or of that discriminator.
public final class SuperResolution: AdversarialTask {
  public typealias Batch = SuperResolutionSample

  public let generator: any UpscalingNetwork
  /// Of the generator.
  public let description: ModelDescription.Network
  private let discriminator: any FeatureDiscriminator
  /// Nil where the discriminator's own features are compared.
  private let recogniser: VGG19Features?
  private let recipe: Recipe

  /// Throws `CheckpointError` where the recipe names files of weights that are not the right ones.
  public init(_ recipe: Recipe) throws {
    self.recipe = recipe
    description = recipe.generator.upscalingNetwork
    generator = try Self.makeGenerator(recipe, description)
    discriminator = recipe.discriminator.makeFeatureNetwork(inputChannels: 3, cropSize: recipe.data.cropSize)
    let file = recipe.features.file
    recogniser =
      file.isEmpty ? nil : try VGG19Features(contentsOf: URL(filePath: file), recipe.features.layers.configuration)
    Initializer.normal(deviation: 0.02).initialize(discriminator, seed: recipe.seed, purpose: "discriminator")
  }

  private static func makeGenerator(
    _ recipe: Recipe, _ description: ModelDescription.Network
  ) throws -> any UpscalingNetwork {
    let initial = recipe.generator.initial
    guard initial.isEmpty else {
      let model = try ModelFile(contentsOf: URL(filePath: initial))
      guard model.description.network == description else {
        throw CheckpointError(
          file: initial,
          problem: "is a \(model.description.network.summary), and the recipe's generator a \(description.summary)")
      }
      return try model.upscaler()
    }
    guard let generator = description.makeUpscaler() else {
      preconditionFailure("\(description.name) does not enlarge images")
    }
    recipe.generator.upscalingInitializer.initialize(generator, seed: recipe.seed, purpose: "generator")
    return generator
  }

  public var generators: [NamedNetwork] { [NamedNetwork("generator", generator)] }
  public var discriminators: [NamedNetwork] {
    recipe.adversarialPhase.steps > 0 ? [NamedNetwork("discriminator", discriminator)] : []
  }
  public var memory: [(name: String, array: NDArray)] = []

  public func generatorPass(_ batch: SuperResolutionSample, phase: TrainingPhase.Kind) -> GeneratorPass {
    let truth = Tensor(batch.large)
    let fake = generator(Tensor(batch.small))
    let pixelLoss = recipe.pixelPhase.loss(fake, truth)
    var losses = Losses()
    switch phase {
    case .pixel:
      losses.add("pixel", pixelLoss)
    case .adversarial:
      let weights = recipe.adversarialPhase
      losses.add("pixel", pixelLoss * Float(weights.pixelWeight))
      let judgedFake = discriminator.judged(fake)
      // What the discriminator says of the truth teaches the generator, but nothing flows back through it.
      let judgedTruth = withoutGradients { discriminator.judged(truth) }
      let features = featureLoss(fake: fake, judgedFake.features, truth: truth, judgedTruth.features)
      losses.add("features", features * Float(weights.featureWeight))
      let adversarial = weights.loss.generator(fake: judgedFake.verdict, real: judgedTruth.verdict)
      losses.add("adversarial", adversarial * Float(weights.adversarialWeight))
    }
    return GeneratorPass(losses: losses, fakes: [fake])
  }

  /// The weighted sum over the recogniser's layers, or the mean over the discriminator's.
  private func featureLoss(fake: Tensor, _ fakes: [Tensor], truth: Tensor, _ truths: [Tensor]) -> Tensor {
    let loss = recipe.features.loss
    if let recogniser {
      let expected = withoutGradients { recogniser.features(truth) }
      let losses = zip(recogniser.features(fake), expected).map { loss($0, $1) }
      return zip(recogniser.places, losses).reduce(Tensor(0)) { sum, part in
        sum + part.1 * (recogniser.configuration.weights[part.0] ?? 0)
      }
    }
    let sum = zip(fakes, truths).reduce(Tensor(0)) { $0 + loss($1.0, $1.1) }
    return sum * (1 / Float(max(1, fakes.count)))
  }

  public func discriminatorLosses(_ batch: SuperResolutionSample, fakes: [Tensor], step: Int) -> Losses {
    let (real, fake) = (discriminator(Tensor(batch.large)), discriminator(fakes[0]))
    var losses = Losses()
    losses.add("discriminator", recipe.adversarialPhase.loss.discriminator(real: real, fake: fake))
    return losses
  }

  /// For each image: enlarged by bicubic resampling, by the generator, and as it should be.
  public func sampleRows(_ batch: SuperResolutionSample) -> [[Image]] {
    let enlarged = withoutGradients { generator(Tensor(batch.small)).value }
    return (0..<batch.small.shape[0]).map { index in
      let truth = Image(array: batch.large, index: index, range: .unit)
      let small = Image(array: batch.small, index: index, range: .unit)
      return [
        small.resized(toWidth: truth.width, height: truth.height),
        Image(array: enlarged, index: index, range: .unit), truth,
      ]
    }
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

extension Recipe.PixelLoss {
  func callAsFunction(_ prediction: Tensor, _ target: Tensor) -> Tensor {
    switch self {
    case .l1: meanAbsoluteError(prediction, target)
    case .squared: meanSquaredError(prediction, target)
    }
  }
}
