import Checkpoints
import Datasets
import Images
import Layers
import Models
import Tensors

/// Unpaired translation (Zhu et al. 2017): two generators that invert each other, each with a discriminator.
public final class CycleGAN: UnpairedTask {
  public static let name = "cyclegan"
  public static let summary = "two folders of unrelated images, each kind to be made of the other (Zhu et al. 2017)"

  /// Not those that begin with an encoder that has learnt before, which two generators from scratch do not do.
  private static var generators: [any Network.Type] {
    Networks.translation.filter { !($0 is any EncodingNetwork.Type) }
  }

  public static var keys: [RecipeKey] {
    RecipeSection.generator.keys(choosingFrom: generators)
      + RecipeSection.generator.keys(
        .inputChannels, .outputChannels, .average, .initial, .initialAtoB, .initialBtoA)
      + RecipeSection.discriminator.keys(choosingFrom: Networks.discriminators)
      + RecipeSection.objective.keys(.adversarial, .cycle, .identity, .pool) + Recipe.penaltyKeys
      + Recipe.augmentationKeys
  }

  public static func setDefaults(of recipe: inout Recipe) {
    recipe.offer(generators, Networks.discriminators)
    recipe.generator.network.setAll(["norm": "instance"])
  }

  private let objective: Recipe.Objective
  private let seed: UInt64
  private let aToB: any TranslationNetwork, bToA: any TranslationNetwork
  /// Named after the domain that each judges.
  private let discriminatorA: any Layer, discriminatorB: any Layer
  private let viewA: AugmentedView, viewB: AugmentedView
  private var poolA: ImagePool, poolB: ImagePool

  /// Throws `RecipeProblem` if the recipe's networks cannot be built, `CheckpointError` if those that they should begin with
  /// are others.
  public init(_ recipe: Recipe) throws {
    objective = recipe.objective
    seed = recipe.seed
    let (a, b) = recipe.channels(in: .aToB)
    aToB = try recipe.makeTranslationNetwork(inputChannels: a, outputChannels: b, named: "AtoB")
    bToA = try recipe.makeTranslationNetwork(inputChannels: b, outputChannels: a, named: "BtoA")
    discriminatorA = try recipe.makeDiscriminator(inputChannels: a, named: "discriminatorA")
    discriminatorB = try recipe.makeDiscriminator(inputChannels: b, named: "discriminatorB")
    viewA = AugmentedView(recipe, for: "discriminatorA", channels: [a])
    viewB = AugmentedView(recipe, for: "discriminatorB", channels: [b])
    poolA = ImagePool(capacity: recipe.objective.pool)
    poolB = ImagePool(capacity: recipe.objective.pool)
  }

  public var generators: [NamedNetwork] { [NamedNetwork("AtoB", aToB), NamedNetwork("BtoA", bToA)] }

  public var models: [(direction: ModelDescription.Direction, generator: any TranslationNetwork)] {
    [(.aToB, aToB), (.bToA, bToA)]
  }

  public var discriminators: [NamedNetwork] {
    [NamedNetwork("discriminatorA", discriminatorA), NamedNetwork("discriminatorB", discriminatorB)]
  }

  public var memory: [(name: String, array: NDArray)] {
    get {
      [("poolA", poolA), ("poolB", poolB)].flatMap { name, pool in
        pool.images.enumerated().map { ("\(name).\($0.offset)", $0.element) }
      } + viewA.memory + viewB.memory
    }
    set {
      poolA.images = newValue.filter { $0.name.hasPrefix("poolA.") }.map(\.array)
      poolB.images = newValue.filter { $0.name.hasPrefix("poolB.") }.map(\.array)
      viewA.memory = newValue
      viewB.memory = newValue
    }
  }

  public func translations(of batch: UnpairedSample) -> Translations {
    let (realA, realB) = (Tensor(batch.a), Tensor(batch.b))
    // A generator can take its target domain only in as many channels.
    let keepsTarget = objective.identity * objective.cycle > 0 && aToB.inputChannels == aToB.outputChannels
    let (fakeB, sameB) = translations(by: aToB, of: realA, andTarget: keepsTarget ? realB : nil)
    let (fakeA, sameA) = translations(by: bToA, of: realB, andTarget: keepsTarget ? realA : nil)
    return Translations(fakes: [fakeA, fakeB], same: [sameA, sameB].compactMap(\.self))
  }

  public func generatorLosses(
    _ batch: UnpairedSample, _ translations: Translations, phase: TrainingPhase.Kind
  ) -> Losses {
    let (realA, realB) = (Tensor(batch.a), Tensor(batch.b))
    let (fakeA, fakeB) = (translations.fakes[0], translations.fakes[1])
    let cycle = Float(objective.cycle)
    var losses = Losses()
    let adversarial = objective.adversarial
    losses.add(
      "adversarialAtoB",
      adversarial.generator(
        fake: discriminatorB(viewB(fakeB, "fake")), real: discriminatorB(viewB(realB, "real"))))
    losses.add(
      "adversarialBtoA",
      adversarial.generator(
        fake: discriminatorA(viewA(fakeA, "fake")), real: discriminatorA(viewA(realA, "real"))))
    losses.add("cycleA", meanAbsoluteError(bToA(fakeB), realA) * cycle)
    losses.add("cycleB", meanAbsoluteError(aToB(fakeA), realB) * cycle)
    // Images of the target domain should stay as they are: this preserves colours.
    for (same, (name, real)) in zip(translations.same, [("identityA", realA), ("identityB", realB)]) {
      losses.add(name, meanAbsoluteError(same, real) * (Float(objective.identity) * cycle))
    }
    return losses
  }

  /// A generator's outputs for its source and, if given, its target domain. Both are concatenated into one batch, which
  /// is faster, except with batch norm, whose statistics would then mix the two.
  private func translations(
    by generator: any TranslationNetwork, of source: Tensor, andTarget target: Tensor?
  ) -> (translated: Tensor, same: Tensor?) {
    guard let target else { return (generator(source), nil) }
    guard generator.namedStatistics.isEmpty else { return (generator(source), generator(target)) }
    let both = generator(concatenated([source, target], axis: 0))
    let count = source.shape[0]
    return (both.sliced(axis: 0, range: 0..<count), both.sliced(axis: 0, range: count..<both.shape[0]))
  }

  public var keepsFakes: Bool { objective.pool > 0 }

  public func kind(ofStep step: Int) -> Int { objective.penalty.kind(ofStep: step) }

  public func shownFakes(_ fakes: [Tensor], step: Int) -> [Tensor] {
    [
      poolA.exchange(fakes[0], random: Random(seed: seed, purpose: "poolA", step: step)),
      poolB.exchange(fakes[1], random: Random(seed: seed, purpose: "poolB", step: step)),
    ]
  }

  public func discriminatorLosses(_ batch: UnpairedSample, fakes: [Tensor], step: Int) -> Losses {
    var losses = Losses()
    for (name, judge, view, real, fake) in [
      ("A", discriminatorA, viewA, batch.a, fakes[0]), ("B", discriminatorB, viewB, batch.b, fakes[1]),
    ] {
      losses.addDiscriminator(
        "discriminator\(name)", objective.adversarial, real: judge(view(Tensor(real), "judgedReal")),
        fake: judge(view(fake, "judgedFake")))
      if let weight = objective.penalty.factor(step: step) {
        losses.add("gradientPenalty\(name)", gradientPenalty(at: real) { judge(view($0, "judgedReal")) } * weight)
      }
    }
    return losses
  }

  public func stepEnded(measures: [(name: String, value: Float)]) {
    for view in [viewA, viewB] { view.follow(measures) }
  }

  public var sampleColumns: [String] { ["real", "translated", "back"] }
  public var sampleGroups: [String] { ["A to B", "B to A"] }

  /// For each image of domain A: real, translated, reconstructed; then the same for B.
  public func sampleRows(_ batch: UnpairedSample) -> [[Image]] {
    withoutGradients {
      rows(of: batch.a, there: aToB, back: bToA) + rows(of: batch.b, there: bToA, back: aToB)
    }
  }

  private func rows(of images: NDArray, there: any TranslationNetwork, back: any TranslationNetwork) -> [[Image]] {
    let translated = there(Tensor(images))
    let reconstructed = back(translated)
    return (0..<images.shape[0]).map { index in
      [images, translated.value, reconstructed.value].map { Image(array: $0, index: index) }
    }
  }
}
