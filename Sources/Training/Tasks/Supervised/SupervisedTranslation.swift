import Datasets
import Images
import Layers
import Models
import Tensors

/// Translation with known targets: a generator trained by a pixel loss and, in an adversarial phase, also by a
/// discriminator and a feature loss, whose features are a classifier's or the discriminator's.
///
/// Super-resolution (Ledig et al. 2017), paired translation (Isola et al. 2017) and colorization differ in their
/// networks, loss weights, inputs and targets.
public final class SupervisedTranslation: TrainingTask {
  public typealias Batch = SupervisedSample

  /// Weights and kinds of the losses.
  public struct Objective: Sendable {
    public var pixelLoss: Recipe.PixelLoss
    public var pixelWeight: Double
    public var adversarialLoss: AdversarialLoss
    public var adversarialWeight: Double
    public var featureLoss: Recipe.PixelLoss
    public var featureWeight: Double
    public var penalty: Recipe.GradientPenalty
    /// Whether the discriminator is conditional, that is, sees the input concatenated with the output.
    public var isConditional: Bool
    public var discriminatorsLead: Bool

    public init(
      pixelLoss: Recipe.PixelLoss, pixelWeight: Double = 1, adversarialLoss: AdversarialLoss = .leastSquares,
      adversarialWeight: Double = 1, featureLoss: Recipe.PixelLoss = .l1, featureWeight: Double = 0,
      penalty: Recipe.GradientPenalty = Recipe.GradientPenalty(), isConditional: Bool, discriminatorsLead: Bool = false
    ) {
      self.pixelLoss = pixelLoss
      self.pixelWeight = pixelWeight
      self.adversarialLoss = adversarialLoss
      self.adversarialWeight = adversarialWeight
      self.featureLoss = featureLoss
      self.featureWeight = featureWeight
      self.penalty = penalty
      self.isConditional = isConditional
      self.discriminatorsLead = discriminatorsLead
    }
  }

  public let generator: any GeneratorNetwork
  /// How the generator's output is compared with the truth.
  private let prediction: any Prediction
  /// Those of the generator; nil for one group of all its parameters.
  private let groups: [ParameterGroup]?
  /// Nil if there is no adversarial phase.
  private let discriminator: (any FeatureDiscriminator)?
  /// Nil if the discriminator's own features are compared.
  private let recogniser: VGGFeatures?
  private let objective: Objective
  private let view: AugmentedView?
  private let sampleRow: (_ batch: SupervisedSample, _ output: NDArray, _ index: Int) -> [Image]
  public let sampleColumns: [String]

  /// - Parameters:
  ///   - prediction: how the generator's output is compared with the truth; pixel by pixel if nil.
  ///   - groups: the generator's parameters with rates of their own; nil for one group.
  ///   - discriminator: nil if there is no adversarial phase.
  ///   - recogniser: nil if the discriminator's own features are compared.
  ///   - view: what the discriminator sees; the images themselves if nil.
  ///   - sampleColumns: what the columns of the sample grid are.
  ///   - sampleRow: makes a row of it from one of a batch's inputs and its output: input, output, target.
  public init(
    _ objective: Objective, generator: any GeneratorNetwork, prediction: (any Prediction)? = nil,
    groups: [ParameterGroup]? = nil, discriminator: (any FeatureDiscriminator)?,
    recogniser: VGGFeatures? = nil, view: AugmentedView? = nil,
    sampleColumns: [String] = ["input", "output", "target"],
    sampleRow: @escaping (_ batch: SupervisedSample, _ output: NDArray, _ index: Int) -> [Image]
  ) {
    self.objective = objective
    self.generator = generator
    self.prediction = prediction ?? ImagePrediction(generator, loss: objective.pixelLoss)
    self.groups = groups
    self.discriminator = discriminator
    self.recogniser = recogniser
    self.view = view
    self.sampleColumns = sampleColumns
    self.sampleRow = sampleRow
  }

  public var generators: [NamedNetwork] { [NamedNetwork("generator", generator)] }
  public var discriminators: [NamedNetwork] { discriminator.map { [NamedNetwork("discriminator", $0)] } ?? [] }
  public var discriminatorsLead: Bool { objective.discriminatorsLead }
  public var memory: [(name: String, array: NDArray)] {
    get { view?.memory ?? [] }
    set { view?.memory = newValue }
  }

  public func translations(of batch: SupervisedSample) -> Translations {
    Translations(fakes: [prediction.predicted(Tensor(batch.input))])
  }

  public func generatorGroups(weightDecay: Double) -> [ParameterGroup] {
    groups ?? [ParameterGroup(generator.parameters, weightDecay: weightDecay)]
  }

  public func generatorLosses(
    _ batch: SupervisedSample, _ translations: Translations, phase: TrainingPhase.Kind
  ) -> Losses {
    let pixelLosses = prediction.pixelLosses(translations.fakes[0], truth: batch.target)
    guard phase == .adversarial, let discriminator else { return pixelLosses }
    var losses = Losses()
    for (name, value) in pixelLosses.terms { losses.add(name, value * Float(objective.pixelWeight)) }
    let (fake, truth) = (prediction.image(translations.fakes[0]), prediction.truth(batch.target))
    let judgedFake = discriminator.judged(shown(fake, of: batch, "generated"))
    // Relativistic and feature losses compare with the target, which needs no gradient.
    lazy var judgedTruth = withoutGradients { discriminator.judged(shown(truth, of: batch, "generated")) }
    if objective.featureWeight > 0 {
      let features =
        recogniser.map { differences(seenBy: $0, fake, truth) }
        ?? meanDifference(judgedFake.features, judgedTruth.features)
      losses.add("features", features * Float(objective.featureWeight))
    }
    let adversarial = objective.adversarialLoss.generator(fake: judgedFake.verdict, real: judgedTruth.verdict)
    losses.add("adversarial", adversarial * Float(objective.adversarialWeight))
    return losses
  }

  /// What the discriminator sees of an output. The generator's output and the truth are changed alike, so that their
  /// features can be compared.
  private func shown(_ output: Tensor, of batch: SupervisedSample, _ role: String) -> Tensor {
    let seen = objective.isConditional ? concatenated([Tensor(batch.input), output], axis: -1) : output
    return view?(seen, role) ?? seen
  }

  /// The weighted sum over a classifier's layers.
  private func differences(seenBy recogniser: VGGFeatures, _ fake: Tensor, _ truth: Tensor) -> Tensor {
    let expected = withoutGradients { recogniser.features(truth) }
    let losses = zip(recogniser.features(fake), expected).map { objective.featureLoss($0, $1) }
    return zip(recogniser.layerNames, losses).reduce(Tensor(0)) { sum, part in
      sum + part.1 * (recogniser.configuration.weights[part.0] ?? 0)
    }
  }

  /// Over the discriminator's layers.
  private func meanDifference(_ fakes: [Tensor], _ truths: [Tensor]) -> Tensor {
    let sum = zip(fakes, truths).reduce(Tensor(0)) { $0 + objective.featureLoss($1.0, $1.1) }
    return sum * (1 / Float(max(1, fakes.count)))
  }

  public func kind(ofStep step: Int) -> Int { objective.penalty.kind(ofStep: step) }

  public func discriminatorLosses(_ batch: SupervisedSample, fakes: [Tensor], step: Int) -> Losses {
    guard let discriminator else { return Losses() }
    let truth = prediction.truth(batch.target)
    let real = discriminator(shown(truth, of: batch, "judged"))
    let fake = discriminator(shown(prediction.image(fakes[0]), of: batch, "judged"))
    var losses = Losses()
    losses.addDiscriminator("discriminator", objective.adversarialLoss, real: real, fake: fake)
    if let factor = objective.penalty.factor(step: step) {
      losses.add(
        "gradientPenalty",
        gradientPenalty(at: truth.value) { discriminator(shown($0, of: batch, "judged")) } * factor)
    }
    return losses
  }

  public func stepEnded(measures: [(name: String, value: Float)]) { view?.follow(measures) }

  public func sampleRows(_ batch: SupervisedSample) -> [[Image]] {
    let output = withoutGradients { generator(Tensor(batch.input)).value }
    return (0..<batch.input.shape[0]).map { sampleRow(batch, output, $0) }
  }

  public func sampleImages(_ batch: SupervisedSample) -> [SampleImages] {
    let rows = sampleRows(batch).filter { $0.count > 2 }
    return [
      SampleImages(
        of: generators[0].name, inputs: rows.map { $0[0] }, outputs: rows.map { $0[1] },
        reference: .truths(rows.map { $0[2] }))
    ]
  }
}

extension SupervisedTranslation.Objective {
  /// The objective of a recipe with a pixel phase and an adversarial one.
  init(phasesOf recipe: Recipe, isConditional: Bool, discriminatorsLead: Bool) {
    let phase = recipe.adversarialPhase
    self.init(
      pixelLoss: recipe.pixelPhase.loss, pixelWeight: phase.pixelWeight, adversarialLoss: phase.loss,
      adversarialWeight: phase.adversarialWeight, featureLoss: recipe.features.loss, featureWeight: phase.featureWeight,
      penalty: phase.penalty, isConditional: isConditional, discriminatorsLead: discriminatorsLead)
  }
}
