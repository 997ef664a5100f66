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
    RecipeSection.data.keys(.root, .validation, .degradation, .clean, .gray, .cropSize, .flip, .rotate, .smallest)
      + Recipe.degradationKeys + Recipe.teacherKeys + RecipeSection.generator.keys(choosingFrom: Networks.upscaling)
      + RecipeSection.generator.keys(.average, .initial)
      + RecipeSection.discriminator.keys(choosingFrom: Networks.discriminators) + Recipe.augmentationKeys
      + Recipe.phaseKeys
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
    try recipe.checkTeacher(scale: scale)
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
    let features = recipe.features
    return SupervisedTranslation(
      SupervisedTranslation.Objective(phasesOf: recipe, isConditional: false, discriminatorsLead: false),
      generator: generator,
      discriminator: recipe.adversarialPhase.steps > 0
        ? try recipe.makeDiscriminator(inputChannels: generator.outputChannels) : nil,
      recogniser: features.file.isEmpty
        ? nil : try VGGFeatures(contentsOf: recipe.file(features.file, of: "features.file"), layers: features.layers),
      view: AugmentedView(recipe, for: "discriminator", range: type(of: generator).valueRange),
      sampleColumns: ["bicubic", "upscaled", "original"], sampleRow: sampleRow)
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
  private let validation: TrainingImages?
  private let teacher: Teacher?
  /// What the teacher is asked about.
  private let questions: SuperResolutionDataset?
  public let batches: @Sendable (_ step: Int) throws -> SupervisedSample

  private static let previewCount = 4
  /// Results are said to have a grid if theirs is more than this multiple of the photos'.
  private static let largestGridRatio = 1.15

  public init(_ recipe: Recipe) throws {
    let generator = try recipe.makeUpscalingNetwork()
    let crop = SuperResolutionCrop(
      size: recipe.data.cropSize, scale: generator.scale, flip: recipe.data.flip, rotate: recipe.data.rotate,
      smallest: recipe.data.smallest, degradation: recipe.data.degradation == .realistic ? recipe.degradation : nil,
      clean: recipe.data.clean, gray: recipe.data.gray)
    func dataset(_ folder: String, _ crop: SuperResolutionCrop, batchSize: Int) throws -> SuperResolutionDataset {
      try SuperResolutionDataset(
        root: URL(filePath: folder, directoryHint: .isDirectory), crop: crop, batchSize: batchSize, seed: recipe.seed)
    }
    let truths = try dataset(recipe.data.root, crop, batchSize: recipe.batch)
    self.dataset = truths
    if let network = try recipe.makeTeacher(scale: generator.scale) {
      let cache = recipe.teacher.cache
      let teacher = try Teacher(
        network, cache: cache.isEmpty ? nil : URL(filePath: cache, directoryHint: .isDirectory))
      let questions = try Self.questions(recipe, truths.crop)
      (self.teacher, self.questions) = (teacher, questions)
      let taught = try DistillationDataset(
        truths: truths, questions: questions, count: recipe.teacher.answers, share: recipe.teacher.share,
        seed: recipe.seed, answer: teacher.answer)
      batches = { try taught.sample(step: $0) }
    } else {
      (teacher, questions) = (nil, nil)
      batches = { try truths.sample(step: $0) }
    }
    let hasValidation = !recipe.data.validation.isEmpty
    previewDataset = try dataset(
      hasValidation ? recipe.data.validation : recipe.data.root, crop.withoutAugmentation, batchSize: Self.previewCount)
    validation =
      hasValidation
      ? try TrainingImages(ImageFolder(URL(filePath: recipe.data.validation, directoryHint: .isDirectory))) : nil
    self.recipe = recipe
    self.generator = generator
    task = try Self.makeTask(recipe, generator)
  }

  private static func questions(_ recipe: Recipe, _ crop: SuperResolutionCrop) throws -> SuperResolutionDataset {
    // The teacher is there for what is degraded; questions are augmented when they are drawn.
    var crop = crop
    (crop.size, crop.clean, crop.flip, crop.rotate) = (recipe.teacher.cropSize, 0, false, false)
    let root = recipe.teacher.root.isEmpty ? recipe.data.root : recipe.teacher.root
    return try SuperResolutionDataset(
      root: URL(filePath: root, directoryHint: .isDirectory), crop: crop, batchSize: 1, seed: recipe.seed,
      purpose: "datasets.questions")
  }

  public var images: [(name: String, count: Int)] {
    [("training", dataset.count)] + (questions.map { [("questions", $0.count)] } ?? [])
      + (validation.map { [("validation", $0.count)] } ?? [])
  }
  public var imagesPerEpoch: Int { dataset.epochLength }
  public var notices: [String] {
    dataset.notices + (recipe.teacher.root.isEmpty ? [] : questions?.notices ?? []) + (validation?.notices ?? [])
      + sizeNotices
  }
  private var sizeNotices: [String] {
    [(dataset, "data.cropSize"), (questions, "teacher.cropSize")].compactMap { dataset, key in
      guard let dataset, dataset.leftOut > 0 else { return nil }
      return "\(dataset.leftOut) images are smaller than \(key), \(dataset.crop.size), and left out"
    }
  }
  public func newNotices() -> [String] {
    // Several data sets may be of one folder.
    let images =
      [dataset, questions, previewDataset].flatMap { $0?.newNotices() ?? [] } + (validation?.newNotices() ?? [])
    return images.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } + (teacher?.newNotices() ?? [])
  }

  public func previews() throws -> SupervisedSample { try previewDataset.sample(step: 0) }

  public func validate() throws -> [TrainingValidation.Score]? {
    guard let validation else { return nil }
    return try SuperResolutionScore.mean(of: generator, on: validation)
  }

  /// A network begins with the grid of its upsampling, and losses of features and discriminators may bring one back.
  public func warning(of scores: [TrainingValidation.Score]) -> String? {
    guard let ratio = scores.first(where: { $0.measure == .gridRatio })?.value, ratio > Self.largestGridRatio else {
      return nil
    }
    return "the results show a grid of \(generator.scale) pixels: steps between pixels differ by place "
      + "\(NumberText.short(Float(ratio))) times as much as the photos'; more pixelPhase.steps, or less "
      + "adversarialPhase.featureWeight, make it fainter"
  }

  public func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    [recipe.finishedModel(generator.folded(), endOf: phase)]
  }
}
