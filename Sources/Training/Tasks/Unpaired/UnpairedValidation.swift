import Checkpoints
import Datasets
import Foundation
import Images
import Models
import Pipelines
import Tensors

/// Measures generators on the test folders: how much what they make of one domain looks like the other, and how much of
/// the structure they keep.
final class UnpairedValidation {
  private let domainA: TrainingImages, domainB: TrainingImages
  /// The most of each folder that are measured.
  private let most: Int
  private let augmentation: Augmentation
  private let network: (any FeatureNetwork)?
  /// What each direction's results are compared with, which stays the same over the run.
  private var references: [ModelDescription.Direction: DomainReference] = [:]

  /// Throws `RecipeProblem` if there is no file `validation.features`, `CheckpointError` if it is no network whose features can be compared.
  init(_ test: UnpairedDataset, _ recipe: Recipe) throws {
    (domainA, domainB, most) = (test.domainA, test.domainB, recipe.validation.images)
    augmentation = recipe.data.wholeImages
    let file = recipe.validation.features
    network = file.isEmpty ? nil : try Networks.featureNetwork(contentsOf: recipe.file(file, of: "validation.features"))
  }

  /// How many of each folder are measured.
  var images: [(name: String, count: Int)] {
    [("testA", min(most, domainA.count)), ("testB", min(most, domainB.count))]
  }

  /// The scores of each direction's model.
  func scores(
    of models: [(direction: ModelDescription.Direction, generator: any TranslationNetwork)]
  ) throws -> [TrainingValidation.Score] {
    try models.flatMap { direction, generator in
      let (inputs, targets) = direction == .aToB ? (domainA, domainB) : (domainB, domainA)
      let reference = try references[direction] ?? makeReference(targets, areGray: generator.outputChannels == 1)
      references[direction] = reference
      var (sample, structures) = (DomainSample(count: min(most, inputs.count), network: network), [KeptStructure]())
      for input in try inputs.readingAll(atMost: most, image) {
        let array = input.array(channels: generator.inputChannels)
        let output = Image(array: withoutGradients { generator(Tensor(array)).value })
        sample.add(output)
        structures.append(KeptStructure(of: output, translatedFrom: input))
      }
      return Self.scores(reference.scores(of: sample, structures: structures), of: direction.rawValue)
    }
  }

  private func makeReference(_ images: TrainingImages, areGray: Bool) throws -> DomainReference {
    var sample = DomainSample(count: min(most, images.count), network: network)
    for image in try images.readingAll(atMost: most, image) { sample.add(areGray ? image.grayscale() : image) }
    return DomainReference(sample)
  }

  private func image(_ file: URL) throws -> Image { augmentation.prepared(try Image(contentsOf: file)) }

  /// The first decides which model is the best.
  private static func scores(_ scores: DomainScores, of model: String) -> [TrainingValidation.Score] {
    let values: [(TrainingValidation.Measure, Double?)] = [
      (.kernelDistance, scores.kernelDistance.map { 1000 * $0 }),
      (.appearance, scores.kernelDistance == nil ? scores.appearance : nil),
      (.texture, scores.texture), (.palette, scores.palette),
      (.edges, scores.structure?.edges), (.lightness, scores.structure?.lightness),
    ]
    return values.compactMap { measure, value in
      value.map { TrainingValidation.Score(measure, $0, of: model) }
    }
  }
}
