import Images
import Layers
import Tensors

/// What the one trainer needs of a GAN: pools, identity losses and the like stay inside the task.
public protocol AdversarialTask: AnyObject {
  associatedtype Batch: Sendable

  /// By the names that checkpoints use.
  var generators: [NamedNetwork] { get }
  var discriminators: [NamedNetwork] { get }
  /// Whether, in each step, the discriminators learn before the generators do.
  var discriminatorsLead: Bool { get }
  /// What the task keeps from step to step besides its networks, by name: image pools.
  var memory: [(name: String, array: NDArray)] { get set }

  /// What the generators make of a batch.
  func translations(of batch: Batch) -> Translations

  /// Everything the generators are judged by.
  func generatorLosses(_ batch: Batch, _ translations: Translations, phase: TrainingPhase.Kind) -> Losses

  /// Called in adversarial phases only.
  ///
  /// - Parameter fakes: those of `translations(of:)`, as constants.
  /// - Parameter step: counted from 1; random decisions are drawn at this address.
  func discriminatorLosses(_ batch: Batch, fakes: [Tensor], step: Int) -> Losses

  /// Rows of images that show how far the generators are.
  func sampleRows(_ batch: Batch) -> [[Image]]
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

/// What the generators make of a batch.
public struct Translations {
  /// What the discriminators are shown.
  public let fakes: [Tensor]
  /// What the generators make of images that are of their target domain already, where the task asks that.
  public let same: [Tensor]

  public init(fakes: [Tensor], same: [Tensor] = []) {
    self.fakes = fakes
    self.same = same
  }
}

/// Losses by name, each with its weight already in it.
public struct Losses {
  public private(set) var terms: [(name: String, value: Tensor)] = []

  public init() {}

  public mutating func add(_ name: String, _ value: Tensor) { terms.append((name, value)) }

  public var total: Tensor {
    terms.dropFirst().reduce(terms.first?.value ?? Tensor(0)) { $0 + $1.value }
  }

  public var values: [(name: String, value: Float)] { terms.map { ($0.name, $0.value.scalar) } }
}
