import Checkpoints
import Datasets
import Images
import Models
import Tensors

/// What the recipe of paired translation makes (Isola et al. 2017, pix2pix): a generator, and its training against a
/// discriminator that sees input and output together.
public struct PairedTranslation {
  public let generator: any TranslationNetwork
  /// Of the generator.
  public let description: NetworkDescription
  public let task: SupervisedTranslation

  /// Throws `CheckpointError` where the recipe names files of weights that are not the right ones.
  public init(_ recipe: Recipe) throws {
    description = recipe.generator.translationNetwork()
    generator = try recipe.makeGenerator(description)
    task = SupervisedTranslation(
      SupervisedTranslation.Objective(
        pixelLoss: .l1, pixelWeight: recipe.objective.l1, adversarialLoss: recipe.objective.adversarial,
        isConditional: true, discriminatorsLead: true),
      generator: generator,
      discriminator: recipe.makeDiscriminator(
        inputChannels: generator.inputChannels + generator.outputChannels),
      sampleRow: { batch, output, index in
        [batch.input, output, batch.target].map { Image(array: $0, index: index) }
      })
  }
}
