import Checkpoints
import Datasets
import Models
import Tensors

/// Images of classes of which only a few are labelled. The classifier is a model like classification's; what it learns against
/// is a generator like generation's.
public struct SemiSupervisedProject: TrainingProject {
  public static let name = "semi-supervised"
  public static let summary = "which class an image belongs to, from few labels and many images (Salimans et al. 2016)"

  public static var keys: [RecipeKey] {
    RecipeSection.data.keys(.root, .labelled, .heldBack, .loadSize, .largestLoadSize, .cropSize, .flip)
      + RecipeSection.classifier.keys(choosingFrom: Networks.classifiers)
      + RecipeSection.generator.keys(choosingFrom: Networks.synthesis) + RecipeSection.generator.keys(.average)
      + RecipeSection.synthesis.keys(.unlabelledWeight)
      + Recipe.epochKeys
      + RecipeSection.output.keys(.checkpointEvery, .sampleEvery, .validateEvery, .weights, .licence)
  }

  public static func setDefaults(of recipe: inout Recipe) {
    recipe.generator = Recipe.Generator(Recipe.NetworkChoice(among: Networks.synthesis))
    recipe.classifier = Recipe.NetworkChoice(among: Networks.classifiers)
    recipe.generator.network.use(DCGANGenerator.self)
    recipe.classifier.use(ConvolutionalClassifier.self) { $0.batchNorm = false }
    (recipe.data.loadSize, recipe.data.cropSize, recipe.data.flip) = (32, 32, false)
    (recipe.schedule.epochs, recipe.schedule.decayEpochs) = (10, 10)
    recipe.batch = 64
  }

  public static func check(_ recipe: Recipe) throws(RecipeProblem) {
    try recipe.checkCrop()
    try recipe.classifier.check("classifier")
    _ = try recipe.fittedGenerator(channels: 1, classes: 0)
    try recipe.checkEpochs()
  }

  /// Makes only the networks and their losses. Throws `RecipeProblem` if they cannot be built.
  public static func makeTask(_ recipe: Recipe, channels: Int = 3, classes: Int) throws -> SemiSupervised {
    SemiSupervised(
      try recipe.makeClassifier(inputChannels: channels, classes: classes),
      try recipe.makeGenerator(channels: channels, classes: 0, named: "generator"),
      unlabelledWeight: recipe.synthesis.unlabelledWeight)
  }

  public static func benchmark(_ recipe: Recipe) throws -> TaskBenchmark<SemiSupervised>? {
    let images = RandomImages.array("images", batch: recipe.batch, size: recipe.data.cropSize)
    let task = try makeTask(recipe, classes: 10)
    let labelled = LabelledSample(images: images, labels: (0..<recipe.batch).map { $0 % 10 }, of: 10)
    let noise = Noise.drawn(recipe.batch, task.maker.configuration.noise, Random(seed: 1, purpose: "bench.noise"))
    return TaskBenchmark(task, SemiSupervisedBatch(labelled: labelled, unlabelled: images, noise: noise))
  }

  public let task: SemiSupervised
  private let recipe: Recipe
  private let data: ClassifierData
  private let labelled: LabelledDataset
  private let unlabelled: LabelledDataset

  /// Throws `DatasetError`, or `RecipeProblem` for images that are not of several classes, or too few of one.
  public init(_ recipe: Recipe) throws {
    self.recipe = recipe
    data = try ClassifierData(recipe)
    labelled = try data.batches(of: data.labelled())
    unlabelled = try data.batches(of: data.training)
    task = try Self.makeTask(recipe, channels: data.channels, classes: data.classes.count)
  }

  public var images: [(name: String, count: Int)] { [("labelled", labelled.images.count)] + data.counts }
  public var imagesPerEpoch: Int { unlabelled.images.count }
  public var notices: [String] { data.notices }
  public func newNotices() -> [String] { data.newNotices() }

  public var batches: @Sendable (Int) throws -> SemiSupervisedBatch {
    let size = task.maker.configuration.noise
    return { [labelled, unlabelled, recipe] step in
      SemiSupervisedBatch(
        labelled: try labelled.sample(step: step), unlabelled: try unlabelled.sample(step: step).images,
        noise: Noise.drawn(recipe.batch, size, Random(seed: recipe.seed, purpose: "generation.noise", step: step)))
    }
  }

  public func previews() throws -> SemiSupervisedBatch {
    let shown = try data.previews()
    let random = Random(seed: recipe.seed, purpose: "generation.noise", step: -1)
    return SemiSupervisedBatch(
      labelled: shown, unlabelled: shown.images,
      noise: Noise.drawn(shown.images.shape[0], task.maker.configuration.noise, random))
  }

  public func validate() throws -> [TrainingValidation.Score]? { try data.scores(of: task.classifier) }

  public func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    var classifier = ModelDescription(
      task: ClassificationProject.name, network: NetworkDescription(of: task.classifier))
    classifier.classes = data.classes
    let maker = ModelDescription(task: GenerationProject.name, network: NetworkDescription(of: task.maker))
    return [
      FinishedModel(name: "classifier", network: task.classifier, description: classifier),
      FinishedModel(name: "generator", network: task.maker, description: maker),
    ]
  }
}
