import Foundation
import Guise

/// A user-defined task: blending photographs with their negatives.
final class ToneTask: TrainingTask {
  let network: any TranslationNetwork

  init(_ network: any TranslationNetwork) {
    self.network = network
  }

  var generators: [NamedNetwork] { [NamedNetwork("generator", network)] }

  func translations(of batch: SupervisedSample) -> Translations {
    Translations(fakes: [network(Tensor(batch.input))])
  }

  func generatorLosses(_ batch: SupervisedSample, _ translations: Translations, phase: TrainingPhase.Kind) -> Losses {
    var losses = Losses()
    losses.add("tone", meanAbsoluteError(translations.fakes[0], Tensor(batch.target)))
    return losses
  }

  func sampleRows(_ batch: SupervisedSample) -> [[Image]] {
    let output = withoutGradients { network(Tensor(batch.input)).value }
    return (0..<batch.input.shape[0]).map { index in
      [batch.input, output, batch.target].map { Image(array: $0, index: index) }
    }
  }
}

/// The task's own section in recipes.
struct Tone: Sendable {
  /// 0 for the photograph, 1 for its negative.
  var strength = 0.75
}

extension RecipeSection<Tone> {
  static var tone: Self { Self("tone", Tone()) }
}

/// The task's name in recipes, its training images, and the models that it leaves behind.
struct ToneProject: TrainingProject {
  static let name = "tone"
  static let summary = "photographs, to be made partly negative"

  static var keys: [RecipeKey] {
    RecipeSection.data.keys(.root, .cropSize) + RecipeSection.tone.keys(.share("strength", \.strength))
      + RecipeSection.generator.keys(choosingFrom: [ToneNetwork.self]) + RecipeSection.generator.keys(.average)
      + Recipe.epochKeys
      + RecipeSection.output.keys(.checkpointEvery, .sampleEvery, .validateEvery, .weights, .licence)
  }

  static func setDefaults(of recipe: inout Recipe) {
    recipe.offer([ToneNetwork.self], [])
    recipe.data.cropSize = 16
    recipe.optimizer.learningRate = 0.01
  }

  static func phases(of recipe: Recipe, stepsPerEpoch: Int) -> [TrainingPhase] {
    [.ofEpochs(recipe, kind: .pixel, stepsPerEpoch: stepsPerEpoch)]
  }

  let task: ToneTask
  private let recipe: Recipe
  private let photos: [Image]

  init(_ recipe: Recipe) throws {
    self.recipe = recipe
    photos = try ImageFolder(URL(filePath: recipe.data.root)).files.map { try Image(contentsOf: $0) }
    task = ToneTask(try recipe.makeTranslationNetwork())
  }

  var images: [(name: String, count: Int)] { [("photos", photos.count)] }
  var imagesPerEpoch: Int { photos.count }

  var batches: @Sendable (_ step: Int) throws -> SupervisedSample {
    { [photos, recipe] step in
      try SupervisedSample(
        stacking: (0..<recipe.batch).map { index in
          let random = Random(seed: recipe.seed, purpose: "tone.crop", step: step * recipe.batch + index)
          let photo = photos[random.integer(in: 0..<photos.count, at: 0)]
          let size = recipe.data.cropSize
          let crop = ImageRegion(
            x: random.integer(in: 0..<photo.width - size + 1, at: 1),
            y: random.integer(in: 0..<photo.height - size + 1, at: 2), width: size, height: size)
          return try Self.sample(photo.cropped(to: crop), recipe)
        })
    }
  }

  private static func sample(_ photo: Image, _ recipe: Recipe) throws -> SupervisedSample {
    let strength = Float(recipe[.tone].strength)
    let pixels = photo.pixels.map { (1 - strength) * $0 + strength * (1 - $0) }
    let target = try Image(photo.header, pixels: pixels)
    return SupervisedSample(input: photo.array(), target: target.array())
  }

  func previews() throws -> SupervisedSample { try Self.sample(photos[0], recipe) }

  func validate() throws -> [TrainingValidation.Score]? {
    let sample = try Self.sample(photos[0], recipe)
    let output = withoutGradients { task.network(Tensor(sample.input)).value }
    let difference = meanAbsoluteError(Tensor(output), Tensor(sample.target)).value.scalar
    return [TrainingValidation.Score(.nearness, Double(-difference))]
  }

  func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    [
      FinishedModel(
        name: "generator", network: task.network,
        description: ModelDescription(task: Self.name, network: NetworkDescription(of: task.network)))
    ]
  }
}

extension TrainingValidation.Measure {
  /// A user-defined measure; higher is better.
  static let nearness = Self(rawValue: "nearness")
}
