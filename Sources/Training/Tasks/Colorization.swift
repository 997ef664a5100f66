import Checkpoints
import Datasets
import Images
import Models
import Tensors

/// What the recipe of colorization makes: a generator of Lab's a and b from L, and its training by their distance and then
/// also against a discriminator that sees all three.
public struct Colorization {
  public let generator: any TranslationNetwork
  /// Of the generator.
  public let description: NetworkDescription
  public let task: SupervisedTranslation

  /// Throws `CheckpointError` where the recipe names files of weights that are not the right ones.
  public init(_ recipe: Recipe) throws {
    description = recipe.generator.translationNetwork(inputChannels: 1, outputChannels: 2)
    generator = try recipe.makeGenerator(description)
    task = SupervisedTranslation(
      SupervisedTranslation.Objective(phasesOf: recipe, isConditional: true, discriminatorsLead: true),
      generator: generator,
      discriminator: recipe.makeDiscriminator(
        inputChannels: generator.inputChannels + generator.outputChannels),
      sampleRow: Self.sampleRow)
  }

  /// Without colours, colorized, and as it was.
  private static func sampleRow(_ batch: SupervisedSample, output: NDArray, index: Int) -> [Image] {
    let gray = NDArray(repeating: 0, shape: output.shape)
    return [gray, output, batch.target].map { Image(lightness: batch.input, chroma: $0, index: index) }
  }
}
