import Checkpoints
import Datasets
import Foundation
import Images
import Models
import Tensors

/// Super-resolution learnt from a folder of images, and optionally measured on another.
public struct SuperResolutionProject: TrainingProject {
  public static let name = "super-resolution"
  public static let summary =
    "larger images from smaller ones: a pixel phase, then an adversarial one (Ledig et al. 2017, SRGAN)"

  public static var keys: [RecipeKey] {
    RecipeSection.data.keys(.root, .validation, .degradation, .cropSize, .flip, .rotate, .smallest)
      + Recipe.degradationKeys + RecipeSection.generator.keys(choosingFrom: Networks.upscaling)
      + RecipeSection.generator.keys(.average, .initial)
      + RecipeSection.discriminator.keys(choosingFrom: Networks.discriminators) + Recipe.phaseKeys
      + RecipeSection.features.keys(.loss, .file, .layers) + Recipe.commonKeys
      + RecipeSection.output.keys(.checkpointEvery, .sampleEvery, .validateEvery, .weights, .licence)
  }

  /// ESRGAN's settings (Wang et al. 2018); SPAN has its own size.
  public static func setDefaults(of recipe: inout Recipe) {
    recipe.offer(Networks.upscaling, Networks.discriminators)
    recipe.data.cropSize = 128
    recipe.generator.network.setAll(["scale": "4", "blocks": "23", "width": "64"])
    recipe.generator.network.use(SPAN.self) { $0 = SPAN.Configuration() }
    recipe.generator.network.use(RRDBNet.self)
    recipe.generator.average = 0.999
    recipe.discriminator.use(VGGDiscriminator.self)
    recipe.discriminator.setAll(["norm": "batch"])
    recipe.optimizer.beta1 = 0.9
    recipe.optimizer.beta2 = 0.99
    recipe.output.checkpointEvery = 1000
    recipe.output.sampleEvery = 1000
    recipe.batch = 16
  }

  public static func check(_ recipe: Recipe) throws(RecipeProblem) {
    try checkScale(recipe)
    try recipe.generator.network.check("generator")
    do throws(DatasetError) {
      try recipe.degradation.validate()
    } catch {
      guard case .unusableSetting(let key, _, _) = error else {
        throw RecipeProblem("firstDegradation", error.description)
      }
      throw RecipeProblem(key, error.description)
    }
    try recipe.checkPhases()
    if recipe.adversarialPhase.steps > 0 { try recipe.checkDiscriminator() }
  }

  private static func checkScale(_ recipe: Recipe) throws(RecipeProblem) {
    guard let network = recipe.generator.network.network, let scale = network.scale else { return }
    if !network.scales.contains(scale) {
      throw RecipeProblem(
        "generator.scale",
        "generator.scale is \(scale), and \(network.name) can do "
          + SettingText.alternatives(network.scales.map(String.init)))
    }
    if recipe.data.cropSize % scale != 0 {
      throw RecipeProblem(
        "data.cropSize",
        "data.cropSize is \(recipe.data.cropSize), expected a multiple of generator.scale, which is \(scale)")
    }
  }

  public static func phases(of recipe: Recipe, stepsPerEpoch: Int) -> [TrainingPhase] {
    TrainingPhase.pixelThenAdversarial(recipe)
  }

  /// Makes only the networks and their losses.
  ///
  /// Throws `RecipeProblem` if they cannot be built, `CheckpointError` if `generator.initial` or `features.file` is
  /// another network.
  public static func makeTask(_ recipe: Recipe) throws -> SupervisedTranslation {
    try makeTask(recipe, recipe.makeUpscalingNetwork())
  }

  private static func makeTask(_ recipe: Recipe, _ generator: any UpscalingNetwork) throws -> SupervisedTranslation {
    let file = recipe.features.file
    return SupervisedTranslation(
      SupervisedTranslation.Objective(phasesOf: recipe, isConditional: false, discriminatorsLead: false),
      generator: generator,
      discriminator: recipe.adversarialPhase.steps > 0
        ? try recipe.makeDiscriminator(inputChannels: generator.outputChannels) : nil,
      recogniser: file.isEmpty
        ? nil : try VGG19Features(contentsOf: URL(filePath: file), recipe.features.layers.configuration),
      sampleRow: sampleRow)
  }

  /// Enlarged by bicubic resampling, enlarged by the generator, and the original.
  private static func sampleRow(_ batch: SupervisedSample, output: NDArray, index: Int) -> [Image] {
    let truth = Image(array: batch.target, index: index, range: .unit)
    let small = Image(array: batch.input, index: index, range: .unit)
    return [
      small.resized(toWidth: truth.width, height: truth.height), Image(array: output, index: index, range: .unit),
      truth,
    ]
  }

  public static func benchmark(_ recipe: Recipe) throws -> TaskBenchmark<SupervisedTranslation>? {
    let generator = try recipe.makeUpscalingNetwork()
    let (batch, size) = (recipe.batch, recipe.data.cropSize)
    return TaskBenchmark(
      try makeTask(recipe, generator),
      SupervisedSample(
        input: RandomImages.array("input", batch: batch, size: size / generator.scale),
        target: RandomImages.array("target", batch: batch, size: size)))
  }

  public let task: SupervisedTranslation
  private let generator: any UpscalingNetwork
  private let recipe: Recipe
  private let dataset: SuperResolutionDataset
  private let previewDataset: SuperResolutionDataset
  private let validation: ImageFolder?

  private static let previewCount = 4

  public init(_ recipe: Recipe) throws {
    let generator = try recipe.makeUpscalingNetwork()
    func dataset(_ folder: String, batchSize: Int, isAugmented: Bool) throws -> SuperResolutionDataset {
      try SuperResolutionDataset(
        root: URL(filePath: folder, directoryHint: .isDirectory),
        crop: SuperResolutionCrop(
          size: recipe.data.cropSize, scale: generator.scale, flip: isAugmented && recipe.data.flip,
          rotate: isAugmented && recipe.data.rotate, smallest: isAugmented ? recipe.data.smallest : 1,
          degradation: recipe.data.degradation == .realistic ? recipe.degradation : nil),
        batchSize: batchSize, seed: recipe.seed)
    }
    self.dataset = try dataset(recipe.data.root, batchSize: recipe.batch, isAugmented: true)
    let hasValidation = !recipe.data.validation.isEmpty
    previewDataset = try dataset(
      hasValidation ? recipe.data.validation : recipe.data.root, batchSize: Self.previewCount, isAugmented: false)
    validation =
      hasValidation ? try ImageFolder(URL(filePath: recipe.data.validation, directoryHint: .isDirectory)) : nil
    self.recipe = recipe
    self.generator = generator
    task = try Self.makeTask(recipe, generator)
  }

  public var images: [(name: String, count: Int)] {
    [("training", dataset.count)] + (validation.map { [("validation", $0.count)] } ?? [])
  }
  public var imagesPerEpoch: Int { dataset.epochLength }
  public var notices: [String] {
    guard dataset.leftOut > 0 else { return [] }
    return ["\(dataset.leftOut) images are smaller than data.cropSize, \(dataset.crop.size), and left out"]
  }
  public var batches: @Sendable (Int) throws -> SupervisedSample { { [dataset] in try dataset.sample(step: $0) } }

  public func previews() throws -> SupervisedSample { try previewDataset.sample(step: 0) }

  public func validate() throws -> [TrainingValidation.Score]? {
    guard let validation else { return nil }
    return try SuperResolutionScore.mean(of: generator, on: validation)
  }

  public func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    [recipe.finishedModel(generator.folded(), endOf: phase)]
  }
}
