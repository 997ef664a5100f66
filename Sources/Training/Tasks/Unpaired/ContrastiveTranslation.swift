import Checkpoints
import Datasets
import Images
import Layers
import Models
import Tensors

/// Contrastive unpaired translation, CUT and FastCUT (Park et al. 2020): one generator, in one direction, whose results
/// should look like the target domain to a discriminator, and like their sources, place by place, to the generator's own
/// encoder.
public final class ContrastiveTranslation: UnpairedTask {
  public static let name = "cut"
  public static let summary = "two folders of unrelated images, one kind to be made the other (Park et al. 2020)"

  /// Those with an encoder to compare by.
  private static var generators: [any Network.Type] {
    Networks.translation.filter { $0 is any ContrastedNetwork.Type }
  }

  public static var keys: [RecipeKey] {
    RecipeSection.data.keys(.direction) + RecipeSection.generator.keys(choosingFrom: generators)
      + RecipeSection.generator.keys(.inputChannels, .outputChannels, .average, .initial)
      + RecipeSection.discriminator.keys(choosingFrom: Networks.discriminators)
      + RecipeSection.objective.keys(.adversarial) + Recipe.penaltyKeys + Recipe.contrastKeys
      + Recipe.augmentationKeys
  }

  public static func setDefaults(of recipe: inout Recipe) {
    recipe.offer(generators, Networks.discriminators)
    recipe.generator.network.setAll([
      "norm": "instance", "downsampling": "antialiased", "upsampling": "antialiased",
    ])
    recipe.schedule.epochs = 200
    recipe.schedule.decayEpochs = 200
  }

  public static func check(_ recipe: Recipe) throws(RecipeProblem) {
    try recipe.checkSizes()
    try recipe.checkEpochs()
    try recipe.checkDiscriminator()
    try recipe.checkContrast()
  }

  private let objective: Recipe.Objective
  private let contrast: Recipe.Contrast
  private let direction: ModelDescription.Direction
  private let generator: any ContrastedNetwork
  private let discriminator: any Layer
  private let comparison: PatchComparison
  private let view: AugmentedView

  /// Throws `RecipeProblem` if the recipe's networks cannot be built, `CheckpointError` if `generator.initial` is another
  /// network.
  public init(_ recipe: Recipe) throws {
    objective = recipe.objective
    contrast = recipe.contrast
    direction = recipe.data.direction
    let (input, output) = (recipe.generator.inputChannels.count, recipe.generator.outputChannels.count)
    let network = try recipe.makeTranslationNetwork(
      inputChannels: input, outputChannels: output, named: direction.rawValue)
    guard let generator = network as? any ContrastedNetwork else {
      throw RecipeProblem(
        "generator.network", "generator.network is \(recipe.generator.network.name), which has no layers to compare by")
    }
    self.generator = generator
    discriminator = try recipe.makeDiscriminator(inputChannels: output)
    comparison = PatchComparison(recipe.contrast, generator: generator, seed: recipe.seed)
    try recipe.begin(comparison.projections, named: "projections")
    view = AugmentedView(recipe, for: "discriminator", channels: [output])
  }

  /// The projections learn with the generator.
  public var generators: [NamedNetwork] {
    [NamedNetwork(direction.rawValue, generator), NamedNetwork("projections", comparison.projections)]
  }

  public var models: [(direction: ModelDescription.Direction, generator: any TranslationNetwork)] {
    [(direction, generator)]
  }

  public var discriminators: [NamedNetwork] { [NamedNetwork("discriminator", discriminator)] }
  public var discriminatorsLead: Bool { true }

  public var memory: [(name: String, array: NDArray)] {
    get { view.memory }
    set { view.memory = newValue }
  }

  /// Both in one batch, as published, which is faster.
  public func translations(of batch: UnpairedSample) -> Translations {
    let images = Tensor(source(of: batch))
    let source = isMirrored ? images.mirrored : images
    guard comparesTarget else { return Translations(fakes: [generator(source)]) }
    let both = generator(concatenated([source, Tensor(target(of: batch))], axis: 0))
    let count = source.shape[0]
    return Translations(
      fakes: [both.sliced(axis: 0, range: 0..<count)],
      same: [both.sliced(axis: 0, range: count..<both.shape[0])])
  }

  /// The generator can take its target domain only in as many channels.
  private var comparesTarget: Bool { contrast.identity && generator.inputChannels == generator.outputChannels }

  private func source(of batch: UnpairedSample) -> NDArray { direction == .aToB ? batch.a : batch.b }
  private func target(of batch: UnpairedSample) -> NDArray { direction == .aToB ? batch.b : batch.a }

  private var isMirrored: Bool {
    guard contrast.mirror, let context = TrainingContext.current else { return false }
    return context.random(for: "mirror").uniform(at: 0) < 0.5
  }

  public func generatorLosses(
    _ batch: UnpairedSample, _ translations: Translations, phase: TrainingPhase.Kind
  ) -> Losses {
    let (fake, source, target) = (translations.fakes[0], Tensor(source(of: batch)), Tensor(target(of: batch)))
    var losses = Losses()
    losses.add(
      "adversarial",
      objective.adversarial.generator(
        fake: discriminator(view(fake, "fake")), real: discriminator(view(target, "real"))))
    let weight = Float(contrast.weight) / (comparesTarget ? 2 : 1)
    losses.add(
      "contrast",
      comparison(fake.withChannels(generator.inputChannels), source, isMirrored: isMirrored, draws: "translation")
        * weight)
    if let same = translations.same.first {
      losses.add("identity", comparison(same, target, draws: "identity") * weight)
    }
    return losses
  }

  public func kind(ofStep step: Int) -> Int { objective.penalty.kind(ofStep: step) }

  public func discriminatorLosses(_ batch: UnpairedSample, fakes: [Tensor], step: Int) -> Losses {
    var losses = Losses()
    let target = target(of: batch)
    let real = discriminator(view(Tensor(target), "judgedReal"))
    losses.addDiscriminator(
      "discriminator", objective.adversarial, real: real, fake: discriminator(view(fakes[0], "judgedFake")))
    if let weight = objective.penalty.factor(step: step) {
      losses.add("gradientPenalty", gradientPenalty(at: target) { discriminator(view($0, "judgedReal")) } * weight)
    }
    return losses
  }

  public func stepEnded(measures: [(name: String, value: Float)]) { view.follow(measures) }

  public var sampleColumns: [String] { ["real", "translated"] }
  public var sampleGroups: [String] { [direction == .aToB ? "A to B" : "B to A"] }

  /// For each image of the source domain: real, translated.
  public func sampleRows(_ batch: UnpairedSample) -> [[Image]] {
    let source = source(of: batch)
    let translated = withoutGradients { generator(Tensor(source)).value }
    return (0..<source.shape[0]).map { [Image(array: source, index: $0), Image(array: translated, index: $0)] }
  }
}

extension Tensor {
  /// Images `[N, H, W, C]`, left and right exchanged.
  fileprivate var mirrored: Tensor {
    gathered(rows: Array(0..<shape[1]), columns: (0..<shape[2]).reversed())
  }
}

extension Recipe {
  /// Checks that the contrastive loss has layers to compare, and that the generator has them.
  func checkContrast() throws(RecipeProblem) {
    guard let network = generator.network.network else { return }
    func names<Network: ContrastedNetwork>(_ type: Network.Type) -> [String] {
      network.configuration(of: type).map { Network.encoderLayers(of: $0).map(\.name) } ?? []
    }
    guard let type = network.network as? any ContrastedNetwork.Type else { return }
    let offered = names(type)
    guard !contrast.layers.isEmpty, contrast.layers.allSatisfy(offered.contains),
      Set(contrast.layers).count == contrast.layers.count
    else {
      throw RecipeProblem(
        "contrast.layers",
        "contrast.layers is [\(contrast.layers.joined(separator: ", "))], expected one or more of "
          + offered.joined(separator: ", ") + ", each once")
    }
  }
}
