import Checkpoints
import Datasets
import Foundation
import Images
import Models
import Tensors

/// Folders of colour photos to learn from, and optionally one of held-out photos to measure on. The generator predicts
/// Lab's a and b from L: in a pixel phase by their distance alone or as a choice among bins, then also against a
/// discriminator that sees L, a and b.
public struct ColorizationProject: TrainingProject {
  public static let name = "colorization"
  public static let summary = "colours from lightness: a pixel phase, then an adversarial one"

  public static var keys: [RecipeKey] {
    RecipeSection.data.keys(
      .root, .folders, .weights, .validation, .cropSize, .earlierCropSizes, .smallestArea, .flip, .aged)
      + RecipeSection.generator.keys(choosingFrom: Networks.translation)
      + RecipeSection.generator.keys(.average, .initial) + Recipe.encoderKeys
      + RecipeSection.colorBins.keys(.rebalancing, .guessWeight)
      + RecipeSection.discriminator.keys(choosingFrom: Networks.discriminators) + Recipe.colorlessAugmentationKeys
      + Recipe.phaseKeys
      + RecipeSection.features.keys(.loss) + Recipe.commonKeys
      + RecipeSection.output.keys(.checkpointEvery, .sampleEvery, .validateEvery, .weights, .licence)
  }

  /// The networks and weights of pix2pix, in two phases.
  public static func setDefaults(of recipe: inout Recipe) {
    recipe.offer(Networks.translation, Networks.discriminators)
    recipe.generator.network.use(UNetGenerator.self)
    recipe.generator.network.setAll(["norm": "batch"])
    recipe.generator.average = 0.999
    recipe.discriminator.setAll(["norm": "batch"])
    recipe.pixelPhase.steps = 100_000
    recipe.pixelPhase.rate = Recipe.Rate(learningRate: 0.0002, decay: .constant)
    recipe.adversarialPhase.loss = .vanilla
    recipe.adversarialPhase.adversarialWeight = 1
    recipe.adversarialPhase.featureWeight = 0
    recipe.adversarialPhase.pixelWeight = 100
    recipe.adversarialPhase.steps = 50_000
    recipe.adversarialPhase.rate = Recipe.Rate(learningRate: 0.0002, decay: .cosine)
  }

  public static func check(_ recipe: Recipe) throws(RecipeProblem) {
    try recipe.checkFolders()
    try recipe.checkGenerator()
    try recipe.checkEncoder()
    try recipe.checkPhases()
    if recipe.adversarialPhase.steps > 0 { try recipe.checkDiscriminator() }
  }

  public static func phases(of recipe: Recipe, stepsPerEpoch: Int) -> [TrainingPhase] {
    TrainingPhase.pixelThenAdversarial(recipe)
  }

  /// Makes only the networks and their losses.
  ///
  /// - Parameter colorFrequencies: how often each of `ColorBins` occurs in the training photos, if the network chooses
  ///   among them; equally often if nil.
  ///
  /// Throws `RecipeProblem` if they cannot be built or `encoder.file` is another encoder's, `CheckpointError` if
  /// `generator.initial` is another network.
  public static func makeTask(_ recipe: Recipe, colorFrequencies: [Double]? = nil) throws -> SupervisedTranslation {
    try makeTask(recipe, makeGenerator(recipe), colorFrequencies)
  }

  private static func makeGenerator(_ recipe: Recipe) throws -> any TranslationNetwork {
    try recipe.makeTranslationNetwork(inputChannels: 1, outputChannels: 2)
  }

  private static func makeTask(
    _ recipe: Recipe, _ generator: any TranslationNetwork, _ colorFrequencies: [Double]?
  ) throws -> SupervisedTranslation {
    let prediction = (generator as? ColorBinNetwork).map { network in
      ColorBinPrediction(
        network,
        targets: ColorBinTargets(
          frequencies: colorFrequencies ?? ColorBinTargets.equalFrequencies,
          rebalancing: recipe.colorBins.rebalancing), guessWeight: recipe.colorBins.guessWeight)
    }
    return SupervisedTranslation(
      SupervisedTranslation.Objective(phasesOf: recipe, isConditional: true, discriminatorsLead: true),
      generator: generator, prediction: prediction, groups: recipe.groups(of: generator),
      discriminator: recipe.adversarialPhase.steps > 0
        ? try recipe.makeDiscriminator(inputChannels: generator.inputChannels + generator.outputChannels) : nil,
      view: AugmentedView(recipe, for: "discriminator", range: type(of: generator).valueRange),
      sampleColumns: ["gray", "colorized", "original"], sampleRow: sampleRow)
  }

  /// The gray image, its colorization, and the original.
  private static func sampleRow(_ batch: SupervisedSample, output: NDArray, index: Int) -> [Image] {
    let gray = NDArray(repeating: 0, shape: output.shape)
    return [gray, output, batch.target].map { Image(lightness: batch.input, chroma: $0, index: index) }
  }

  public static func benchmark(_ recipe: Recipe) throws -> TaskBenchmark<SupervisedTranslation>? {
    let (batch, size) = (recipe.batch, recipe.data.cropSize)
    return TaskBenchmark(
      try makeTask(recipe),
      SupervisedSample(
        input: RandomImages.array("input", batch: batch, size: size, channels: 1),
        target: RandomImages.array("target", batch: batch, size: size, channels: 2)))
  }

  public let task: SupervisedTranslation
  private let recipe: Recipe
  private let dataset: ColorizationDataset
  /// Uncropped photos: held-out ones or, without those, training photos.
  private let validation: ColorizationDataset

  private static let previewCount = 4
  /// The side of crops from which the frequencies of colours are counted.
  private static let countedSize = 32
  /// The batches from which they are counted.
  private static let countedBatches = 200
  /// How many training photos are measured if there are no held-out ones.
  private static let trainingPhotosMeasured = 16
  /// Results are called dull if their colourfulness is below this fraction of the photos'.
  private static let dullness = 0.4

  public init(_ recipe: Recipe) throws {
    self.recipe = recipe
    let data = recipe.data
    // Before the photos, whose reading takes long, so that an unusable file is told at once.
    let generator = try Self.makeGenerator(recipe)
    dataset = try ColorizationDataset(
      folders: data.weightedFolders, crop: data.photoCrop, aged: data.aged, batchSize: recipe.batch, seed: recipe.seed)
    let measured = URL(filePath: data.validation, directoryHint: .isDirectory)
    validation =
      data.validation.isEmpty
      ? dataset.whole(size: data.cropSize)
      : try ColorizationDataset(
        folders: [WeightedFolder(url: measured)], crop: .whole(size: data.cropSize), isWeighted: false,
        seed: recipe.seed)
    task = try Self.makeTask(
      recipe, generator, generator is ColorBinNetwork ? Self.colorFrequencies(in: dataset) : nil)
    try recipe.fitEncoder(of: generator) { [dataset] in try dataset.sample(step: $0) }
  }

  private static func colorFrequencies(in dataset: ColorizationDataset) throws -> [Double] {
    try ColorBinTargets.frequencies(
      of: (0..<countedBatches).map { try dataset.sample(step: $0, size: countedSize).target })
  }

  /// The sides of crops over the pixel phase, each for an equal part of it; afterwards the last.
  private var cropSizes: (sizes: [Int], steps: Int) {
    let phases = Self.phases(
      of: recipe, stepsPerEpoch: max(1, dataset.count / recipe.imagesPerStep))
    return (recipe.data.earlierCropSizes + [recipe.data.cropSize], phases.first { $0.kind == .pixel }?.steps ?? 0)
  }

  public var images: [(name: String, count: Int)] {
    [("training", dataset.count)] + (recipe.data.validation.isEmpty ? [] : [("validation", validation.count)])
  }
  public var imagesPerEpoch: Int { dataset.count }
  public var notices: [String] {
    dataset.leftOut.notices
      + (recipe.data.validation.isEmpty
        ? ["there is no data.validation: measurements are of \(photosMeasured) of the training images"]
        : validation.leftOut.notices.map { "in data.validation, \($0)" })
  }
  public func newNotices() -> [String] {
    dataset.newNotices() + (recipe.data.validation.isEmpty ? [] : validation.newNotices())
  }
  public var batches: @Sendable (Int) throws -> SupervisedSample {
    let (sizes, steps) = cropSizes
    return { [dataset, batches = recipe.optimizer.accumulate * recipe.ranks] batch in
      let step = batch / batches
      let place = steps > 0 ? min(step * sizes.count / steps, sizes.count - 1) : sizes.count - 1
      return try dataset.sample(step: batch, size: sizes[place])
    }
  }

  public func previews() throws -> SupervisedSample {
    let photos = try (0..<min(Self.previewCount, validation.count)).map { try validation.sample(step: $0) }
    return try SupervisedSample(stacking: photos)
  }

  private var photosMeasured: Int {
    recipe.data.validation.isEmpty ? min(Self.trainingPhotosMeasured, validation.count) : validation.count
  }

  public func validate() throws -> [TrainingValidation.Score]? {
    let measures: [ImageMeasure] = [.peakSignalToNoiseRatio, .colorDifference]
    let colorfulness: [ImageMeasure] = [.colorfulness, .truthColorfulness]
    let scores = try (0..<photosMeasured).map { step in
      let photo = try validation.sample(step: step)
      let output = withoutGradients { task.generator(Tensor(photo.input)).value }
      return try Image(lightness: photo.input, chroma: output).scores(
        measures + colorfulness, against: Image(lightness: photo.input, chroma: photo.target))
    }
    func sum(_ measure: ImageMeasure) -> Double { scores.compactMap { $0[measure] }.reduce(0, +) }
    let means = ImageScore.means(of: scores).filter { measures.contains($0.measure) }
    return TrainingValidation.scores(means) + [
      TrainingValidation.Score(.colorfulness, sum(.colorfulness) / sum(.truthColorfulness))
    ]
  }

  /// A pixel loss alone favours mean colours, which are dull.
  public func warning(of scores: [TrainingValidation.Score]) -> String? {
    guard let share = scores.first(where: { $0.measure == .colorfulness })?.value, share < Self.dullness else {
      return nil
    }
    return "the colours are dull, \(NumberText.short(Float(share))) of the photos': "
      + (task.generator is ColorBinNetwork
        ? "more colorBins.rebalancing, or a higher vividness at use, gives livelier ones"
        : "more steps of the adversarial phase, or more adversarialPhase.adversarialWeight, give livelier ones")
  }

  public func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    [recipe.finishedModel(task.generator, endOf: phase)]
  }
}
