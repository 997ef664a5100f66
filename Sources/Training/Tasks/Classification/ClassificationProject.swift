import Checkpoints
import Datasets
import Models
import Tensors

/// Images of classes, which a network learns to tell apart. A part of them is held back to measure on, unless the data set
/// has one of its own.
public struct ClassificationProject: TrainingProject {
  public static let name = "classification"
  public static let summary = "which class an image belongs to; its model compares sets of images, too"

  public static var keys: [RecipeKey] {
    RecipeSection.data.keys(.root, .heldBack, .loadSize, .largestLoadSize, .cropSize, .flip)
      + RecipeSection.classifier.keys(choosingFrom: Networks.classifiers)
      + Recipe.epochKeys
      + RecipeSection.output.keys(.checkpointEvery, .sampleEvery, .validateEvery, .weights, .licence)
  }

  public static func setDefaults(of recipe: inout Recipe) {
    recipe.classifier = Recipe.NetworkChoice(among: Networks.classifiers)
    (recipe.data.loadSize, recipe.data.cropSize, recipe.data.flip) = (32, 32, false)
    recipe.optimizer.learningRate = 0.001
    recipe.optimizer.beta1 = 0.9
    (recipe.schedule.epochs, recipe.schedule.decayEpochs, recipe.schedule.decay) = (0, 10, .cosine)
    recipe.batch = 64
  }

  public static func check(_ recipe: Recipe) throws(RecipeProblem) {
    try recipe.checkCrop()
    try recipe.classifier.check("classifier")
    try recipe.checkEpochs()
  }

  public static func phases(of recipe: Recipe, stepsPerEpoch: Int) -> [TrainingPhase] {
    [.ofEpochs(recipe, kind: .pixel, stepsPerEpoch: stepsPerEpoch)]
  }

  /// Makes only the network and its loss. Throws `RecipeProblem` if it cannot be built.
  public static func makeTask(_ recipe: Recipe, inputChannels: Int = 3, classes: Int) throws -> Classification {
    Classification(try recipe.makeClassifier(inputChannels: inputChannels, classes: classes))
  }

  public static func benchmark(_ recipe: Recipe) throws -> TaskBenchmark<Classification>? {
    let images = RandomImages.array("images", batch: recipe.batch, size: recipe.data.cropSize)
    return TaskBenchmark(
      try makeTask(recipe, classes: 10),
      LabelledSample(images: images, labels: (0..<recipe.batch).map { $0 % 10 }, of: 10))
  }

  public let task: Classification
  private let data: ClassifierData
  private let dataset: LabelledDataset

  /// Throws `DatasetError`, or `RecipeProblem` for images that are not of several classes.
  public init(_ recipe: Recipe) throws {
    data = try ClassifierData(recipe)
    dataset = try data.batches(of: data.training)
    task = try Self.makeTask(recipe, inputChannels: data.channels, classes: data.classes.count)
  }

  public var images: [(name: String, count: Int)] { data.counts }
  public var imagesPerEpoch: Int { dataset.images.count }
  public var notices: [String] { data.notices }
  public func newNotices() -> [String] { data.newNotices() }
  public var batches: @Sendable (Int) throws -> LabelledSample { { [dataset] in try dataset.sample(step: $0) } }

  public func previews() throws -> LabelledSample { try data.previews() }

  public func validate() throws -> [TrainingValidation.Score]? { try data.scores(of: task.classifier) }

  public func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    var description = ModelDescription(task: Self.name, network: NetworkDescription(of: task.classifier))
    description.classes = data.classes
    return [FinishedModel(name: "classifier", network: task.classifier, description: description)]
  }
}
