import Checkpoints
import Datasets
import Images
import Layers
import Models
import Tensors

/// Contrastive unpaired translation, CUT and FastCUT (Park et al. 2020): one generator, from A to B, whose results should
/// look like B to a discriminator, and like their sources, place by place, to the generator's own encoder.
public final class ContrastiveTranslation: UnpairedTask {
  public static let name = "cut"
  public static let summary = "two folders of unrelated images, the first kind to be made the second (Park et al. 2020)"

  /// Those with an encoder to compare by.
  private static var generators: [any Network.Type] {
    Networks.translation.filter { $0 is any ContrastedNetwork.Type }
  }

  public static var keys: [RecipeKey] {
    RecipeSection.generator.keys(choosingFrom: generators) + RecipeSection.generator.keys(.average)
      + RecipeSection.discriminator.keys(choosingFrom: Networks.discriminators)
      + RecipeSection.objective.keys(.adversarial, .gradientPenalty, .gradientPenaltyEvery) + Recipe.contrastKeys
      + RecipeSection.augmentation.keys(.color, .translation, .cutout, .probability)
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
  private let generator: any ContrastedNetwork
  private let discriminator: any Layer
  private let comparison: PatchComparison
  private let view: AugmentedView

  /// Throws `RecipeProblem` if the recipe's networks cannot be built.
  public init(_ recipe: Recipe) throws {
    objective = recipe.objective
    contrast = recipe.contrast
    guard let generator = try recipe.makeTranslationNetwork(named: "AtoB") as? any ContrastedNetwork else {
      throw RecipeProblem(
        "generator.network", "generator.network is \(recipe.generator.network.name), which has no layers to compare by")
    }
    self.generator = generator
    discriminator = try recipe.makeDiscriminator(inputChannels: 3, named: "discriminatorB")
    comparison = PatchComparison(recipe.contrast, generator: generator, seed: recipe.seed)
    view = AugmentedView(recipe.augmentation, for: "discriminatorB")
  }

  /// The projections learn with the generator.
  public var generators: [NamedNetwork] {
    [NamedNetwork("AtoB", generator), NamedNetwork("projections", comparison.projections)]
  }

  public var models: [(direction: ModelDescription.Direction, generator: any TranslationNetwork)] {
    [(.aToB, generator)]
  }

  public var discriminators: [NamedNetwork] { [NamedNetwork("discriminatorB", discriminator)] }
  public var discriminatorsLead: Bool { true }

  /// Both in one batch, as published, which is faster.
  public func translations(of batch: UnpairedSample) -> Translations {
    let source = isMirrored ? Tensor(batch.a).mirrored : Tensor(batch.a)
    guard contrast.identity else { return Translations(fakes: [generator(source)]) }
    let both = generator(concatenated([source, Tensor(batch.b)], axis: 0))
    let count = source.shape[0]
    return Translations(
      fakes: [both.sliced(axis: 0, range: 0..<count)],
      same: [both.sliced(axis: 0, range: count..<both.shape[0])])
  }

  private var isMirrored: Bool {
    guard contrast.mirror, let context = TrainingContext.current else { return false }
    return context.random(for: "mirror").uniform(at: 0) < 0.5
  }

  public func generatorLosses(
    _ batch: UnpairedSample, _ translations: Translations, phase: TrainingPhase.Kind
  ) -> Losses {
    let fake = translations.fakes[0]
    var losses = Losses()
    losses.add(
      "adversarial",
      objective.adversarial.generator(
        fake: discriminator(view(fake, "fake")), real: discriminator(view(Tensor(batch.b), "real"))))
    let weight = Float(contrast.weight) / (contrast.identity ? 2 : 1)
    losses.add(
      "contrast", comparison(fake, Tensor(batch.a), isMirrored: isMirrored, draws: "translation") * weight)
    if let same = translations.same.first {
      losses.add("identity", comparison(same, Tensor(batch.b), draws: "identity") * weight)
    }
    return losses
  }

  public func discriminatorLosses(_ batch: UnpairedSample, fakes: [Tensor], step: Int) -> Losses {
    var losses = Losses()
    let real = discriminator(view(Tensor(batch.b), "judgedReal"))
    losses.add(
      "discriminator",
      objective.adversarial.discriminator(real: real, fake: discriminator(view(fakes[0], "judgedFake"))))
    if let weight = objective.gradientPenaltyWeight(step: step) {
      losses.add("gradientPenalty", gradientPenalty(at: batch.b) { discriminator(view($0, "judgedReal")) } * weight)
    }
    return losses
  }

  /// For each image of domain A: real, translated.
  public func sampleRows(_ batch: UnpairedSample) -> [[Image]] {
    let translated = withoutGradients { generator(Tensor(batch.a)).value }
    return (0..<batch.a.shape[0]).map { [Image(array: batch.a, index: $0), Image(array: translated, index: $0)] }
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
