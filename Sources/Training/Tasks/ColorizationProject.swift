import Checkpoints
import Datasets
import Foundation
import Images
import Tensors

/// A folder of colour photos to learn colours from, and maybe one to measure on.
struct ColorizationProject: TrainingProject {
  private let colorization: Colorization
  private let recipe: Recipe
  private let dataset: ColorizationDataset
  /// Whole photos; of the training's where there is no folder for it.
  private let validation: ColorizationDataset

  private static let previewCount = 4
  /// Training photos that are measured where there are no others.
  private static let trainingPhotosMeasured = 16
  /// The share of the photos' colourfulness below which a generator is said to be dull.
  private static let dullness = 0.4

  init(_ recipe: Recipe) throws {
    self.recipe = recipe
    func dataset(
      _ folder: String, _ augmentation: Augmentation, tones: Double = 0, batchSize: Int
    ) throws -> ColorizationDataset {
      try ColorizationDataset(
        root: URL(filePath: folder, directoryHint: .isDirectory), augmentation: augmentation, tones: tones,
        batchSize: batchSize, seed: recipe.seed)
    }
    self.dataset = try dataset(
      recipe.data.root, recipe.data.augmentation, tones: recipe.data.tones, batchSize: recipe.batch)
    let measured = recipe.data.validation.isEmpty ? recipe.data.root : recipe.data.validation
    validation = try dataset(measured, recipe.data.wholeImages, batchSize: 1)
    colorization = try Colorization(recipe)
  }

  var task: SupervisedTranslation { colorization.task }
  var images: [(name: String, count: Int)] {
    [("training", dataset.count)] + (recipe.data.validation.isEmpty ? [] : [("validation", validation.count)])
  }
  var imagesPerEpoch: Int { dataset.count }
  var notices: [String] {
    var notices: [String] = []
    if dataset.leftOut > 0 { notices.append("\(dataset.leftOut) images are gray or toned, and left out") }
    if recipe.data.validation.isEmpty {
      notices.append("there is no data.validation: measurements are of \(photosMeasured) of the training images")
    }
    return notices
  }
  var batches: @Sendable (Int) throws -> SupervisedSample { { [dataset] in try dataset.sample(step: $0) } }

  func previews() throws -> SupervisedSample {
    let photos = try (0..<min(Self.previewCount, validation.count)).map { try validation.sample(step: $0) }
    return SupervisedSample(stacking: photos)
  }

  private var photosMeasured: Int {
    recipe.data.validation.isEmpty ? min(Self.trainingPhotosMeasured, validation.count) : validation.count
  }

  func validate() throws -> [TrainingValidation.Score]? {
    var (results, truths) = (0.0, 0.0)
    let scores = try (0..<photosMeasured).map { step in
      let photo = try validation.sample(step: step)
      let output = withoutGradients { colorization.generator(Tensor(photo.input)).value }
      let result = Image(lightness: photo.input, chroma: output)
      let truth = Image(lightness: photo.input, chroma: photo.target)
      results += result.colorfulness()
      truths += truth.colorfulness()
      return [
        TrainingValidation.Score(.peakSignalToNoiseRatio, try result.peakSignalToNoiseRatio(to: truth)),
        TrainingValidation.Score(.colorDifference, try result.meanColorDifference(to: truth)),
      ]
    }
    return TrainingValidation.means(scores) + [TrainingValidation.Score(.colorfulness, results / truths)]
  }

  /// Mean colours please a pixel loss, and nobody else.
  func warning(of scores: [TrainingValidation.Score]) -> String? {
    guard let share = scores.first(where: { $0.measure == .colorfulness })?.value, share < Self.dullness else {
      return nil
    }
    return
      "the colours are dull, \(LossText.number(Float(share))) of the photos': more steps of the adversarial phase, or "
      + "more adversarialPhase.adversarialWeight, give livelier ones"
  }

  func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    [recipe.finishedModel(colorization.generator, colorization.description, endOf: phase)]
  }
}
