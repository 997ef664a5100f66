import Datasets
import Images
import Layers
import Tensors

/// What a `Trainer` trains: networks, their outputs for a batch, and their losses.
///
/// A task without an adversary has no discriminators, and only phases of the kind `.pixel`.
public protocol TrainingTask: AnyObject {
  associatedtype Batch: TrainingBatch

  /// By the names used in checkpoints.
  var generators: [NamedNetwork] { get }
  /// None by default.
  var discriminators: [NamedNetwork] { get }
  /// Whether the discriminators train before the generators in each step; false by default.
  var discriminatorsLead: Bool { get }
  /// How often the discriminators learn in a step, all but the last time before the generators are asked; more than once
  /// only where they lead; 1 by default.
  var discriminatorSteps: Int { get }
  /// The part of a batch by which the discriminators learn for the first time, the second and so on; the last of them is seen
  /// by the generators as well, and is the batch itself, by default all of them.
  func batch(_ batch: Batch, ofDiscriminatorStep index: Int) -> Batch
  /// Called whenever the discriminators have learnt. Does nothing by default.
  func discriminatorsHaveLearnt()
  /// The task's state besides its networks, such as image pools, by name: part of checkpoints. Empty by default.
  var memory: [(name: String, array: NDArray)] { get set }

  /// The generators' parameters, in groups that learn at rates of their own; by default one group.
  func generatorGroups(weightDecay: Double) -> [ParameterGroup]

  /// The generators' outputs for a batch.
  func translations(of batch: Batch) -> Translations

  /// Whether `shownFakes` keeps fakes to show them in later steps, as image pools do. It is then given those of all batches
  /// of a step, and of all ranks, as one batch. False by default.
  var keepsFakes: Bool { get }

  /// Which of several kinds of step this one is, of those that compute different losses; 0 by default.
  ///
  /// - Parameter step: counted from 1.
  func kind(ofStep step: Int) -> Int

  /// The losses that the generators are trained by. They depend on the arguments, the networks, and the kind of step.
  func generatorLosses(_ batch: Batch, _ translations: Translations, phase: TrainingPhase.Kind) -> Losses

  /// The fakes that discriminators see in place of those of `translations(of:)`, such as those of an image pool; by default
  /// the same.
  ///
  /// - Parameters:
  ///   - fakes: as constants.
  ///   - step: counted from 1; the address of random draws.
  func shownFakes(_ fakes: [Tensor], step: Int) -> [Tensor]

  /// The losses that the discriminators are trained by, on which the same holds. Called in adversarial phases only.
  ///
  /// - Parameters:
  ///   - fakes: those of `shownFakes`.
  ///   - step: counted from 1.
  func discriminatorLosses(_ batch: Batch, fakes: [Tensor], step: Int) -> Losses

  /// Called at the end of each step with what was measured in it. Does nothing by default.
  func stepEnded(measures: [(name: String, value: Float)])

  /// The rows of a sample grid, images of one size: each begins with an input and its output.
  func sampleRows(_ batch: Batch) -> [[Image]]

  /// What the grid's columns are, such as "input" and "output". Empty by default.
  var sampleColumns: [String] { get }
  /// What equal shares of the grid's rows are, such as "A to B" and "B to A". Empty, for rows of one kind, by default.
  var sampleGroups: [String] { get }

  /// The same images as watches compare them, for each generator that is to be watched; by default the inputs and
  /// outputs of `sampleRows`, without real images of the target domain.
  func sampleImages(_ batch: Batch) -> [SampleImages]
}

extension TrainingTask {
  public var discriminators: [NamedNetwork] { [] }
  public var discriminatorsLead: Bool { false }
  public var discriminatorSteps: Int { 1 }
  public func batch(_ batch: Batch, ofDiscriminatorStep index: Int) -> Batch { batch }
  public func discriminatorsHaveLearnt() {}
  public func generatorGroups(weightDecay: Double) -> [ParameterGroup] {
    [ParameterGroup(generators.flatMap { $0.network.parameters }, weightDecay: weightDecay)]
  }
  public var memory: [(name: String, array: NDArray)] {
    get { [] }
    set {}
  }

  public var keepsFakes: Bool { false }
  public func kind(ofStep step: Int) -> Int { 0 }
  public func shownFakes(_ fakes: [Tensor], step: Int) -> [Tensor] { fakes }
  public func discriminatorLosses(_ batch: Batch, fakes: [Tensor], step: Int) -> Losses { Losses() }
  public func stepEnded(measures: [(name: String, value: Float)]) {}
  public var sampleColumns: [String] { [] }
  public var sampleGroups: [String] { [] }

  public func sampleImages(_ batch: Batch) -> [SampleImages] {
    let rows = sampleRows(batch).filter { $0.count > 1 }
    return [SampleImages(of: generators.first?.name ?? "", inputs: rows.map { $0[0] }, outputs: rows.map { $0[1] })]
  }
}

/// A network by the name that checkpoints and reports use.
public struct NamedNetwork {
  public let name: String
  public let network: any Layer

  public init(_ name: String, _ network: any Layer) {
    self.name = name
    self.network = network
  }
}

/// The generators' outputs for a batch.
public struct Translations {
  /// The outputs that the discriminators judge.
  public let fakes: [Tensor]
  /// Outputs for inputs that already belong to the target domain, for identity losses; empty without those.
  public let same: [Tensor]

  public init(fakes: [Tensor], same: [Tensor] = []) {
    self.fakes = fakes
    self.same = same
  }
}
