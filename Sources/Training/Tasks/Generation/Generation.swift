import Datasets
import Images
import Layers
import Models
import Tensors

/// Trains generators that make images from noise, against a discriminator (Goodfellow et al. 2014).
public final class Generation: TrainingTask {
  public let makers: [any SynthesisNetwork]
  let judge: ImageJudge
  private let adversarial: AdversarialLoss
  private let penalty: Recipe.GradientPenalty
  private let settings: Recipe.Synthesis
  private let view: AugmentedView
  private let instanceNoise: InstanceNoise
  /// Nil without the penalty.
  private let pathLength: PathLength?
  /// Whether it makes points of a plane.
  private let arePoints: Bool

  /// - Parameters:
  ///   - makers: one, or several of which the discriminator tells who made an image.
  ///   - view: how the discriminator sees images.
  init(
    makers: [any SynthesisNetwork], judge: ImageJudge, _ recipe: Recipe, view: AugmentedView, arePoints: Bool
  ) {
    (self.makers, self.judge, self.view, self.arePoints) = (makers, judge, view, arePoints)
    (adversarial, penalty, settings) = (recipe.objective.adversarial, recipe.objective.penalty, recipe.synthesis)
    instanceNoise = InstanceNoise(deviation: settings.instanceNoise, steps: settings.instanceNoiseSteps)
    pathLength = recipe.synthesis.pathLength > 0 ? PathLength() : nil
  }

  public var discriminator: any WholeDiscriminator { judge.network }
  /// How many random numbers an image is made of.
  public var noise: Int { makers[0].configuration.noise }
  /// How many styles there are to mix, and the share of images with two; nil if none are mixed.
  var mixing: (styles: Int, probability: Float)? {
    guard settings.styleMixing > 0, let maker = makers[0] as? any StyledNetwork else { return nil }
    return (maker.styleCount, Float(settings.styleMixing))
  }
  /// The mean length of paths is kept beside them.
  public var generators: [NamedNetwork] {
    zip(names, makers).map { NamedNetwork($0, $1) } + (pathLength.map { [NamedNetwork("pathLength", $0)] } ?? [])
  }
  public var discriminators: [NamedNetwork] { [NamedNetwork("discriminator", judge.network)] }
  public var discriminatorsLead: Bool { true }
  public var discriminatorSteps: Int { settings.discriminatorSteps }
  public func kind(ofStep step: Int) -> Int { penalty.kind(ofStep: step) + (pathFactor(step: step) == nil ? 0 : 2) }

  /// What the penalty on path lengths is multiplied by in a step, counted from 1; nil in steps without it.
  private func pathFactor(step: Int) -> Float? {
    guard pathLength != nil, step % settings.pathLengthEvery == 0 else { return nil }
    return Float(settings.pathLength * Double(settings.pathLengthEvery))
  }

  /// Of the generators.
  var names: [String] { makers.count == 1 ? ["generator"] : (1...makers.count).map { "generator\($0)" } }

  public func batch(_ batch: GenerationBatch, ofDiscriminatorStep index: Int) -> GenerationBatch {
    index < batch.earlier.count ? batch.earlier[index] : batch
  }

  public func translations(of batch: GenerationBatch) -> Translations {
    Translations(fakes: makers.map { images(of: batch, by: $0) })
  }

  private func images(of batch: GenerationBatch, by maker: any SynthesisNetwork) -> Tensor {
    guard let maker = maker as? any StyledNetwork, TrainingContext.current != nil else {
      return maker.images(of: batch.noise, classes: batch.real.classes)
    }
    let style = maker.style(of: maker.input(of: batch.noise, classes: batch.real.classes))
    maker.gatherMean(of: style)
    guard let mixing = batch.mixing else { return maker.images(ofStyles: maker.repeated(style)) }
    let other = maker.style(of: maker.input(of: mixing.noise, classes: batch.real.classes))
    return maker.images(ofStyles: mixing.mixed(maker.repeated(style), maker.repeated(other)))
  }

  public func generatorLosses(
    _ batch: GenerationBatch, _ translations: Translations, phase: TrainingPhase.Kind
  ) -> Losses {
    var losses = Losses()
    let classes = batch.real.classes.map { Tensor($0) }
    guard makers.count == 1 else {
      for (index, fake) in translations.fakes.enumerated() {
        let outputs = judge.outputs(seen(fake, "fake"), classes)
        losses.add("adversarial\(index + 1)", crossEntropy(logits: outputs, targets: source(makers.count, outputs)))
      }
      return losses
    }
    let outputs = judge.outputs(seen(translations.fakes[0], "fake"), classes)
    let real = { [self] in judge.verdict(judge.outputs(seen(Tensor(batch.real.images), "real"), classes), classes) }
    losses.add("adversarial", adversarial.generator(fake: judge.verdict(outputs, classes), real: real()))
    if let loss = classLoss(outputs, classes) { losses.add("classes", loss) }
    if settings.orthogonality > 0 {
      losses.add("orthogonality", orthogonalityPenalty(of: makers[0]) * Float(settings.orthogonality))
    }
    if let pathLength, let maker = makers[0] as? any StyledNetwork, let context = TrainingContext.current,
      let factor = pathFactor(step: context.step)
    {
      losses.add("pathLength", pathLength(maker.pathLengths(batch.noise, batch.real.classes, context)) * factor)
    }
    return losses
  }

  public func discriminatorLosses(_ batch: GenerationBatch, fakes: [Tensor], step: Int) -> Losses {
    var losses = Losses()
    let classes = batch.real.classes.map { Tensor($0) }
    let real = judge.outputs(seen(Tensor(batch.real.images), "judgedReal"), classes)
    let made = fakes.map { judge.outputs(seen($0, "judgedFake"), classes) }
    if makers.count == 1 {
      losses.addDiscriminator(
        "discriminator", adversarial, real: judge.verdict(real, classes), fake: judge.verdict(made[0], classes),
        smoothing: Float(settings.smoothing))
      if let loss = classLoss(real, classes), let ofMade = classLoss(made[0], classes) {
        losses.add("discriminatorClasses", loss + ofMade)
      }
    } else {
      let terms = made.indices.map { crossEntropy(logits: made[$0], targets: source($0, made[$0])) }
      let ofReal = crossEntropy(logits: real, targets: source(makers.count, real))
      losses.add("discriminator", terms.reduce(ofReal, +) * (1 / Float(makers.count + 1)))
    }
    let verdict = { [self] (images: Tensor) in
      judge.verdict(judge.outputs(seen(images, "judgedReal"), classes), classes)
    }
    if let weight = penalty.factor(step: step) {
      losses.add("gradientPenalty", gradientPenalty(at: batch.real.images, verdict) * weight)
    }
    if settings.slopePenalty > 0, let fake = fakes.first {
      let slope = slopePenalty(between: batch.real.images, and: fake.value, shares: batch.shares, verdict)
      losses.add("slopePenalty", slope * Float(settings.slopePenalty))
    }
    return losses
  }

  /// As the discriminator sees images in training.
  ///
  /// - Parameter role: what the images are.
  private func seen(_ images: Tensor, _ role: String) -> Tensor { instanceNoise(view(images, role), role) }

  /// The targets of images that come from one of the generators, or of real ones, which come after them.
  private func source(_ index: Int, _ outputs: Tensor) -> Tensor {
    Tensor(LabelledSample.classes(Array(repeating: index, count: outputs.shape[0]), of: makers.count + 1))
  }

  /// Nil without an auxiliary classifier.
  private func classLoss(_ outputs: Tensor, _ classes: Tensor?) -> Tensor? {
    guard judge.condition == .auxiliary, let classes, settings.classWeight > 0 else { return nil }
    return crossEntropy(logits: judge.classLogits(outputs), targets: classes) * Float(settings.classWeight)
  }

  /// Cuts the discriminator's weights, if the recipe says so.
  public func discriminatorsHaveLearnt() {
    guard settings.clipping > 0 else { return }
    let limit = Float(settings.clipping)
    withoutGradients {
      for parameter in judge.network.parameters {
        parameter.value = parameter.tensor.clamped(to: -limit...limit).value
      }
    }
  }

  public func stepEnded(measures: [(name: String, value: Float)]) { view.follow(measures) }

  private static let sampleColumns = 8

  /// Made images; of several generators, those of each after the other. Of points, the real ones, and each generator's.
  public func sampleRows(_ batch: GenerationBatch) -> [[Image]] {
    let made = withoutGradients { translations(of: batch).fakes.map(\.value) }
    guard !arePoints else { return [([batch.real.images] + made).map(PointRing.picture)] }
    return made.flatMap { images in
      stride(from: 0, to: images.shape[0], by: Self.sampleColumns).map { start in
        (start..<min(images.shape[0], start + Self.sampleColumns)).map { Image(array: images, index: $0) }
      }
    }
  }

  /// Made images beside as many real ones, from which they should differ no less than these from one another.
  public func sampleImages(_ batch: GenerationBatch) -> [SampleImages] {
    func images(_ array: NDArray) -> [Image] {
      arePoints ? PointRing.pixels(array) : (0..<array.shape[0]).map { Image(array: array, index: $0) }
    }
    let real = images(batch.real.images)
    return withoutGradients {
      zip(names, translations(of: batch).fakes).map { name, fakes in
        SampleImages(of: name, inputs: real, outputs: images(fakes.value))
      }
    }
  }
}
