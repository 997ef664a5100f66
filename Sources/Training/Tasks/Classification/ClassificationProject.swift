import Checkpoints
import Datasets
import Foundation
import Layers
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
  private let recipe: Recipe
  private let dataset: LabelledDataset
  private let measured: LabelledDataset
  /// Whether the data set has no part of its own to measure on.
  private let isHeldBack: Bool

  private static let previewCount = 64
  /// How many images are measured at once.
  private static let measuredAtOnce = 256

  /// Throws `DatasetError`, or `RecipeProblem` for images that are not of several classes.
  public init(_ recipe: Recipe) throws {
    self.recipe = recipe
    let sets = try LabelledSets(URL(filePath: recipe.data.root))
    let classes = sets.training.classes
    guard classes.count > 1 else {
      throw RecipeProblem(
        "data.root",
        "data.root is \(recipe.data.root), whose images are not of several classes: expected a subfolder for each class, or "
          + "labels beside a file of images")
    }
    let (training, heldOut) =
      sets.heldOut.map { (sets.training, $0) } ?? sets.training.split(heldBack: recipe.data.heldBack)
    isHeldBack = sets.heldOut == nil
    let channels = sets.training.areGray ? 1 : 3
    dataset = try LabelledDataset(
      training, augmentation: recipe.data.augmentation, channels: channels, batchSize: recipe.batch, seed: recipe.seed)
    measured = try LabelledDataset(
      heldOut, augmentation: recipe.data.wholeImages, channels: channels, seed: recipe.seed)
    task = try Self.makeTask(recipe, inputChannels: channels, classes: classes.count)
  }

  public var images: [(name: String, count: Int)] {
    [("training", dataset.images.count), (isHeldBack ? "held back" : "held out", measured.images.count)]
  }
  public var imagesPerEpoch: Int { dataset.images.count }
  public var notices: [String] { dataset.images.notices + (isHeldBack ? [] : measured.images.notices) }
  public func newNotices() -> [String] {
    dataset.images.newNotices() + (isHeldBack ? [] : measured.images.newNotices())
  }
  public var batches: @Sendable (Int) throws -> LabelledSample { { [dataset] in try dataset.sample(step: $0) } }

  public func previews() throws -> LabelledSample { try measured.images(0..<Self.previewCount) }

  public func validate() throws -> [TrainingValidation.Score]? {
    var (right, loss, count) = (0, 0.0, 0)
    for start in stride(from: 0, to: measured.images.count, by: Self.measuredAtOnce) {
      let batch = try measured.images(start..<start + Self.measuredAtOnce)
      guard let classes = batch.classes else { continue }
      let logits = withoutGradients { task.classifier(Tensor(batch.images)) }
      let size = batch.images.shape[0]
      right += zip(logits.value.largestPlaces, classes.largestPlaces).count { $0 == $1 }
      loss +=
        Double(withoutGradients { crossEntropy(logits: logits, targets: Tensor(classes)) }.value.scalars[0])
        * Double(size)
      count += size
    }
    return [
      TrainingValidation.Score(.accuracy, 100 * Double(right) / Double(count)),
      TrainingValidation.Score(.crossEntropy, loss / Double(count)),
    ]
  }

  public func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    var description = ModelDescription(task: Self.name, network: NetworkDescription(of: task.classifier))
    description.classes = dataset.images.classes
    return [FinishedModel(name: "classifier", network: task.classifier, description: description)]
  }
}
