import Checkpoints
import Datasets
import Foundation
import Images
import Layers
import Models
import Pipelines
import Tensors

/// Images made from noise, on request of a class, learnt from images; or points of a plane.
public struct GenerationProject: TrainingProject {
  public static let name = "generation"
  public static let summary = "images from noise, of a class if asked (Goodfellow et al. 2014)"

  public static var keys: [RecipeKey] {
    RecipeSection.data.keys(.source, .root, .captions, .vectors, .loadSize, .largestLoadSize, .cropSize, .flip)
      + RecipeSection.generator.keys(choosingFrom: Networks.synthesis) + RecipeSection.generator.keys(.average)
      + RecipeSection.discriminator.keys(choosingFrom: Networks.wholeDiscriminators) + Recipe.augmentationKeys
      + RecipeSection.objective.keys(.anyAdversarial) + Recipe.penaltyKeys
      + RecipeSection.synthesis.keys(
        .condition, .classWeight, .discriminatorSteps, .clipping, .slopePenalty, .smoothing, .instanceNoise,
        .instanceNoiseSteps, .generators, .styleMixing, .pathLength, .pathLengthEvery, .orthogonality)
      + Recipe.epochKeys
      + RecipeSection.output.keys(.checkpointEvery, .sampleEvery, .validateEvery, .weights, .licence)
      + Recipe.validationKeys
  }

  /// DCGAN's settings.
  public static func setDefaults(of recipe: inout Recipe) {
    recipe.offer(Networks.synthesis, Networks.wholeDiscriminators)
    recipe.generator.network.use(DCGANGenerator.self)
    recipe.discriminator.use(DCGANDiscriminator.self)
    (recipe.data.loadSize, recipe.data.cropSize, recipe.data.flip) = (64, 64, false)
    recipe.objective.adversarial = .vanilla
    (recipe.schedule.epochs, recipe.schedule.decayEpochs) = (25, 0)
    (recipe.batch, recipe.validation.images) = (64, 1000)
  }

  public static func check(_ recipe: Recipe) throws(RecipeProblem) {
    if recipe.data.source != .ring { try recipe.checkCrop() }
    try recipe.checkConditions()
    try recipe.checkEpochs()
    let generator = try recipe.fittedGenerator(channels: 1, classes: 0)
    _ = try recipe.fittedDiscriminator(channels: 1, classes: 0)
    try recipe.checkPenalties(of: generator)
    guard recipe.synthesis.generators > 1 else { return }
    if recipe.synthesis.condition != .none {
      throw RecipeProblem(
        "synthesis.condition",
        "synthesis.condition is \(recipe.synthesis.condition.rawValue), expected none of several synthesis.generators")
    }
    if recipe.objective.adversarial != .vanilla {
      throw RecipeProblem(
        "objective.adversarial",
        "objective.adversarial is \(recipe.objective.adversarial.rawValue), expected vanilla of several synthesis.generators, "
          + "among which the discriminator chooses by cross-entropy")
    }
  }

  /// Makes only the networks and their losses. Throws `RecipeProblem` if they cannot be built.
  ///
  /// - Parameters:
  ///   - channels: of images; 2 of points.
  ///   - classes: how many there are among the images, or how many values captions' vectors have.
  public static func makeTask(_ recipe: Recipe, channels: Int, classes: Int = 0) throws -> Generation {
    let count = recipe.synthesis.condition == .none ? 0 : classes
    if recipe.synthesis.condition != .none, classes < 2 {
      throw RecipeProblem(
        "synthesis.condition",
        "synthesis.condition is \(recipe.synthesis.condition.rawValue), but the images are not of several classes: expected "
          + "none, or a subfolder for each class")
    }
    let names = recipe.synthesis.generators == 1 ? [""] : (1...recipe.synthesis.generators).map(String.init)
    let makers = try names.map { name in
      try recipe.makeGenerator(channels: channels, classes: count, named: "generator\(name)")
    }
    let judge = try recipe.makeWholeDiscriminator(channels: channels, classes: count)
    let arePoints = recipe.data.source == .ring
    return Generation(
      makers: makers, judge: ImageJudge(network: judge, condition: recipe.synthesis.condition, classes: count), recipe,
      view: AugmentedView(recipe, for: "discriminator", channels: [channels]), arePoints: arePoints)
  }

  public static func benchmark(_ recipe: Recipe) throws -> TaskBenchmark<Generation>? {
    let images = RandomImages.array("images", batch: recipe.batch, size: recipe.data.cropSize)
    let task = try makeTask(recipe, channels: 3, classes: 10)
    let real = LabelledSample(images: images, labels: (0..<recipe.batch).map { $0 % 10 }, of: 10)
    let batches = (0..<recipe.synthesis.discriminatorSteps).map {
      GenerationBatch(real: real, noise: task.noise, mixing: task.mixing, seed: 1, place: $0)
    }
    return TaskBenchmark(task, batches[batches.count - 1].preceded(by: Array(batches.dropLast())))
  }

  public let task: Generation
  private let recipe: Recipe
  private let source: GenerationSource
  private let validation: GenerationValidation?

  private static let previewCount = 64
  private static let previewsOfClass = 8

  /// Throws `DatasetError`, `RecipeProblem`, and `CheckpointError` for a file `validation.features` of no use.
  public init(_ recipe: Recipe) throws {
    self.recipe = recipe
    source = try GenerationSource(recipe)
    task = try Self.makeTask(recipe, channels: source.channels, classes: source.conditionWidth)
    validation = try GenerationValidation(recipe, source)
    if validation == nil { try recipe.checkMeasured(false, on: "network to measure by, validation.features") }
  }

  public var images: [(name: String, count: Int)] { [(source.name, source.count)] }
  /// A step shows as many batches as the discriminator learns in it.
  public var imagesPerEpoch: Int { max(1, source.count / recipe.synthesis.discriminatorSteps) }
  public var notices: [String] { source.notices }
  public func newNotices() -> [String] { source.newNotices() }

  public var batches: @Sendable (Int) throws -> GenerationBatch {
    let (noise, mixing) = (task.noise, task.mixing)
    return { [source, seed = recipe.seed, count = recipe.synthesis.discriminatorSteps] step in
      let parts = try (0..<count).map { index in
        let place = step * count + index
        return GenerationBatch(
          real: try source.sample(step: place), noise: noise, mixing: mixing, seed: seed, place: place)
      }
      return parts[count - 1].preceded(by: Array(parts.dropLast()))
    }
  }

  /// The same noise each time, for some images of each class if there are classes.
  public func previews() throws -> GenerationBatch {
    let real = try source.previews(
      recipe.synthesis.condition == .none ? nil : Self.previewsOfClass, count: Self.previewCount)
    return GenerationBatch(real: real, noise: task.noise, seed: recipe.seed, place: -1)
  }

  public func validate() throws -> [TrainingValidation.Score]? { try validation?.scores(of: task) }

  public func warning(of scores: [TrainingValidation.Score]) -> String? { validation?.warning(of: scores) }

  public func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    zip(task.names, task.makers).map { name, maker in
      var description = ModelDescription(task: Self.name, network: NetworkDescription(of: maker))
      description.takesCaptions = source.hasCaptions
      description.classes = recipe.synthesis.condition == .none || source.hasCaptions ? nil : source.classes
      return FinishedModel(name: name, network: maker, description: description)
    }
  }
}

extension Recipe {
  fileprivate func checkConditions() throws(RecipeProblem) {
    let (condition, captions) = (synthesis.condition, data.captions)
    guard captions.isEmpty == data.vectors.isEmpty else {
      throw RecipeProblem(
        captions.isEmpty ? "data.captions" : "data.vectors",
        "data.captions and data.vectors belong together: give both files, or neither")
    }
    if !captions.isEmpty, condition != .label, condition != .projection {
      throw RecipeProblem(
        "synthesis.condition",
        "synthesis.condition is \(condition.rawValue), expected label or projection with data.captions")
    }
    if data.source != .files, !captions.isEmpty {
      throw RecipeProblem(
        "data.captions", "data.captions is given, expected none with the source \(data.source.rawValue)")
    }
    if data.source != .files, condition != .none {
      throw RecipeProblem(
        "synthesis.condition",
        "synthesis.condition is \(condition.rawValue), expected none with the source \(data.source.rawValue)")
    }
  }

  fileprivate func checkPenalties(of generator: NetworkDescription) throws(RecipeProblem) {
    let settings = [("styleMixing", synthesis.styleMixing), ("pathLength", synthesis.pathLength)]
    for (name, value) in settings where value > 0 && !(generator.network is any StyledNetwork.Type) {
      throw RecipeProblem(
        "synthesis.\(name)",
        "synthesis.\(name) is \(value), expected 0 of a generator without styles (\(generator.name))")
    }
    let ofOne = [("pathLength", synthesis.pathLength), ("orthogonality", synthesis.orthogonality)]
    for (name, value) in ofOne where value > 0 && synthesis.generators > 1 {
      throw RecipeProblem(
        "synthesis.\(name)", "synthesis.\(name) is \(value), expected 0 of several synthesis.generators")
    }
  }
}
