import Checkpoints
import Datasets
import Foundation
import Images
import Models
import Tensors

/// Translation learnt from pairs of images, against a discriminator that sees input and output together.
public struct PairedProject: TrainingProject {
  public static let name = "paired"
  public static let summary = "pairs of images, one to be made of the other (Isola et al. 2017, pix2pix)"

  public static var keys: [RecipeKey] {
    RecipeSection.data.keys(.root, .direction, .loadSize, .largestLoadSize, .cropSize, .flip)
      + RecipeSection.generator.keys(choosingFrom: Networks.translation)
      + RecipeSection.generator.keys(.inputChannels, .outputChannels, .average, .initial) + Recipe.encoderKeys
      + RecipeSection.discriminator.keys(choosingFrom: Networks.discriminators) + Recipe.augmentationKeys
      + RecipeSection.objective.keys(.adversarial, .l1) + Recipe.penaltyKeys + Recipe.epochKeys
      + RecipeSection.output.keys(.checkpointEvery, .sampleEvery, .validateEvery, .weights, .licence)
  }

  public static func setDefaults(of recipe: inout Recipe) {
    recipe.offer(Networks.translation, Networks.discriminators)
    recipe.generator.network.use(UNetGenerator.self)
    recipe.generator.network.setAll(["norm": "batch", "dropout": "true"])
    recipe.discriminator.setAll(["norm": "batch"])
    recipe.objective.adversarial = .vanilla
  }

  public static func check(_ recipe: Recipe) throws(RecipeProblem) {
    try recipe.checkSizes()
    try recipe.checkEncoder()
    try recipe.checkEpochs()
    try recipe.checkDiscriminator()
  }

  /// Makes only the networks and their losses.
  ///
  /// Throws `RecipeProblem` if they cannot be built, `CheckpointError` if `generator.initial` is another network.
  public static func makeTask(_ recipe: Recipe) throws -> SupervisedTranslation {
    let (input, output) = (recipe.generator.inputChannels.count, recipe.generator.outputChannels.count)
    let generator = try recipe.makeTranslationNetwork(inputChannels: input, outputChannels: output)
    return SupervisedTranslation(
      SupervisedTranslation.Objective(
        pixelLoss: .l1, pixelWeight: recipe.objective.l1, adversarialLoss: recipe.objective.adversarial,
        penalty: recipe.objective.penalty, isConditional: true, discriminatorsLead: true),
      generator: generator, groups: recipe.groups(of: generator),
      discriminator: try recipe.makeDiscriminator(inputChannels: input + output),
      view: AugmentedView(
        recipe, for: "discriminator", range: type(of: generator).valueRange, channels: [input, output]),
      sampleRow: { batch, output, index in
        [batch.input, output, batch.target].map { Image(array: $0, index: index) }
      })
  }

  public static func benchmark(_ recipe: Recipe) throws -> TaskBenchmark<SupervisedTranslation>? {
    let (batch, size) = (recipe.batch, recipe.data.cropSize)
    return TaskBenchmark(
      try makeTask(recipe),
      SupervisedSample(
        input: RandomImages.array("input", batch: batch, size: size),
        target: RandomImages.array("target", batch: batch, size: size)))
  }

  public let task: SupervisedTranslation
  private let recipe: Recipe
  private let dataset: PairedDataset
  private let previewDataset: PairedDataset
  /// Uncropped pairs of the validation or test split; nil if there is none.
  private let validation: PairedDataset?
  /// The same pairs, augmented like those that are trained on.
  private let heldOutDataset: PairedDataset?

  private static let previewCount = 4

  public init(_ recipe: Recipe) throws {
    var recipe = recipe
    let root = URL(filePath: recipe.data.root, directoryHint: .isDirectory)
    func dataset(_ split: String, _ augmentation: Augmentation, batchSize: Int) throws -> PairedDataset {
      var dataset = try PairedDataset(
        PairedFolder(root: root, split: split), isReversed: recipe.data.direction == .bToA, augmentation: augmentation,
        batchSize: batchSize, seed: recipe.seed)
      // The training images decide.
      recipe.decideChannels(
        grayA: dataset.pairs.isGray(.a), grayB: dataset.pairs.isGray(.b), direction: recipe.data.direction)
      dataset.channels = recipe.channels(in: recipe.data.direction)
      return dataset
    }
    self.dataset = try dataset("train", recipe.data.augmentation, batchSize: recipe.batch)
    let heldOut = ["val", "test"].first { PairedFolder.exists(root: root, split: $0) }
    let whole = recipe.data.wholeImages
    validation = try heldOut.map { try dataset($0, whole, batchSize: 1) }
    try recipe.checkMeasured(validation != nil, on: "validation or test images")
    heldOutDataset = try validation?.with(recipe.data.augmentation, batchSize: recipe.batch)
    previewDataset = try (validation ?? self.dataset).with(whole, batchSize: Self.previewCount)
    self.recipe = recipe
    task = try Self.makeTask(recipe)
    try recipe.fitEncoder(of: task.generator, to: self.dataset.sample)
  }

  public var images: [(name: String, count: Int)] {
    [("train", dataset.pairs.count)] + (validation.map { [("validation", $0.pairs.count)] } ?? [])
  }
  public var imagesPerEpoch: Int { dataset.epochLength }
  public var notices: [String] { dataset.pairs.notices + (validation?.pairs.notices ?? []) }
  public func newNotices() -> [String] { dataset.newNotices() + (validation?.newNotices() ?? []) }
  public var batches: @Sendable (Int) throws -> SupervisedSample { { [dataset] in try dataset.sample(step: $0) } }

  public func previews() throws -> SupervisedSample { try previewDataset.sample(step: 0) }
  public var heldOut: ((Int) throws -> SupervisedSample)? {
    heldOutDataset.map { data in { try data.sample(step: $0) } }
  }

  public func validate() throws -> [TrainingValidation.Score]? {
    guard let validation else { return nil }
    let scores = try (0..<validation.epochLength).map { step in
      let pair = try validation.sample(step: step)
      let output = withoutGradients { task.generator(Tensor(pair.input)).value }
      return try Image(array: output).scores(
        [.peakSignalToNoiseRatio, .structuralSimilarity], against: Image(array: pair.target))
    }
    return TrainingValidation.scores(ImageScore.means(of: scores))
  }

  public func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    [recipe.finishedModel(task.generator, direction: recipe.data.direction, endOf: phase)]
  }
}
