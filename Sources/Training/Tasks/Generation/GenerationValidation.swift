import Checkpoints
import Datasets
import Images
import Models
import Pipelines
import Tensors

/// Measures generators while they train: points by the places that they reach, images by a network's features.
final class GenerationValidation {
  private enum Form {
    case ring
    case stacked(any ClassifierNetwork)
    case features(any FeatureNetwork, DomainReference)
  }

  private let form: Form
  private let source: GenerationSource
  /// How many classes images are asked for.
  private let classes: Int
  private let count: Int
  private let seed: UInt64

  /// Of the ring.
  private static let points = 4096
  private static let madeAtOnce = 100
  /// A generator has collapsed if so many of its points are where they should be, and yet few of the places are reached.
  private static let leastNear = 0.4, leastPlaces = 7

  /// Nil without anything to measure by.
  ///
  /// Throws `RecipeProblem` if there is no file `validation.features` or it is not what stacked images are told apart by,
  /// `CheckpointError` if it is no network whose features can be compared.
  init?(_ recipe: Recipe, _ source: GenerationSource) throws {
    classes = recipe.synthesis.condition == .none ? 0 : source.classes.count
    (self.source, seed) = (source, recipe.seed)
    if recipe.data.source == .ring {
      form = .ring
      count = Self.points
      return
    }
    let file = recipe.validation.features
    guard !file.isEmpty else { return nil }
    let network = try Networks.featureNetwork(contentsOf: recipe.file(file, of: "validation.features"))
    if recipe.data.source == .stacked {
      guard let classifier = network as? any ClassifierNetwork,
        classifier.configuration.classes == source.stackedClasses, classifier.configuration.inputChannels == 1
      else {
        throw RecipeProblem(
          "validation.features",
          "validation.features is \(file), expected a classifier of the \(source.stackedClasses) classes of gray images that are "
            + "stacked")
      }
      (form, count) = (.stacked(classifier), recipe.validation.images)
      return
    }
    count = min(recipe.validation.images, source.count)
    var sample = DomainSample(count: count, network: network)
    let batch = try source.previews(nil, count: count)
    for index in 0..<count { sample.add(Image(array: batch.images, index: index)) }
    form = .features(network, DomainReference(sample))
  }

  func scores(of task: Generation) throws -> [TrainingValidation.Score] {
    switch form {
    case .ring:
      let made = task.makers.enumerated().map { index, maker in
        withoutGradients { maker.images(of: noise(count / task.makers.count, task, place: index), classes: nil) }
      }
      let (places, near) = PointRing.coverage(of: withoutGradients { concatenated(made, axis: 0).value })
      return [TrainingValidation.Score(.modes, Double(places)), TrainingValidation.Score(.near, near)]
    case .stacked(let classifier): return [TrainingValidation.Score(.modes, Double(kinds(of: task, by: classifier)))]
    case .features(let network, let reference): return scores(of: task, network, reference)
    }
  }

  /// Calls `body` with images of all generators by turns, some at a time, and the place of the first.
  private func make(by task: Generation, _ body: (_ start: Int, _ images: NDArray) -> Void) {
    for start in stride(from: 0, to: count, by: Self.madeAtOnce) {
      let (size, place) = (min(Self.madeAtOnce, count - start), start / Self.madeAtOnce)
      let conditions = source.conditions(start..<start + size)
      body(
        start,
        withoutGradients {
          task.makers[place % task.makers.count].images(of: noise(size, task, place: place), classes: conditions).value
        })
    }
  }

  /// How many kinds of stacked images there are among those made, which their layers' classes decide.
  private func kinds(of task: Generation, by classifier: any ClassifierNetwork) -> Int {
    var found: Set<[Int]> = []
    make(by: task) { _, images in
      let layers = (0..<StackedDataset.layers).map { layer in
        let layer = withoutGradients { Tensor(images).sliced(axis: 3, range: layer..<layer + 1).value }
        return classifier.decisions(on: layer, images.shape[0])
      }
      for index in 0..<images.shape[0] { found.insert(layers.map { $0[index] }) }
    }
    return found.count
  }

  private func scores(
    of task: Generation, _ network: any FeatureNetwork, _ reference: DomainReference
  ) -> [TrainingValidation.Score] {
    var sample = DomainSample(count: count, network: network)
    var right = 0
    make(by: task) { start, images in
      for index in 0..<images.shape[0] { sample.add(Image(array: images, index: index)) }
      if classes > 0, let classifier = network as? any ClassifierNetwork {
        let wanted = (start..<start + images.shape[0]).map { $0 % classes }
        right += zip(classifier.decisions(on: images, wanted.count), wanted).count { $0 == $1 }
      }
    }
    let measured = reference.scores(of: sample)
    let values: [(TrainingValidation.Measure, Double?)] = [
      (.kernelDistance, measured.kernelDistance.map { 1000 * $0 }), (.precision, measured.precision),
      (.recall, measured.recall), (.inceptionScore, measured.inceptionScore),
    ]
    var scores = values.compactMap { measure, value in value.map { TrainingValidation.Score(measure, $0) } }
    if classes > 0, (network as? any ClassifierNetwork)?.configuration.classes == classes {
      scores.append(TrainingValidation.Score(.accuracy, 100 * Double(right) / Double(count)))
    }
    return scores
  }

  /// The same each time.
  private func noise(_ count: Int, _ task: Generation, place: Int) -> NDArray {
    Noise.drawn(count, task.noise, Random(seed: seed, purpose: "generation.measured", step: place))
  }

  func warning(of scores: [TrainingValidation.Score]) -> String? {
    guard case .ring = form, let places = scores.first(where: { $0.measure == .modes })?.value,
      let near = scores.first(where: { $0.measure == .near })?.value,
      near >= Self.leastNear, places < Double(Self.leastPlaces)
    else { return nil }
    return
      "the generators have collapsed: their points reach \(Int(places)) of \(PointRing.places) places. Try the objective "
      + "wasserstein with synthesis.slopePenalty 10, or several synthesis.generators"
  }
}

extension ClassifierNetwork {
  /// The class that each of some images of the side and channels that generators make belongs to.
  fileprivate func decisions(on images: NDArray, _ count: Int) -> [Int] {
    (0..<count).map { index in
      let image = view.square(of: Image(array: images, index: index).laidOnWhite())
      return decisions(on: image.array(channels: configuration.inputChannels))[0]
    }
  }
}
