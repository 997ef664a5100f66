import Layers
import Tensors

/// A block of InceptionV3: branches of convolutions and one of a pooling, side by side, whose outputs' channels follow
/// each other.
public struct InceptionBlock: Layer {
  /// What the branch without convolutions of its own begins with, in windows of 3x3.
  enum Pooling {
    case average(countsPadding: Bool)
    case maximum
    /// The maximum of every second window, which halves the image.
    case halving
  }

  public let branches: [InceptionBranch]
  private let pooling: Pooling
  /// Of what was pooled; nil where that is passed on as it is.
  public let projection: InceptionUnit?

  init(_ plan: Plan) {
    branches = plan.branches.map { InceptionBranch($0) }
    pooling = plan.pooling
    projection = plan.projection.map { InceptionUnit($0) }
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let pooled = pooled(input)
    return concatenated(branches.map { $0(input) } + [projection?(pooled) ?? pooled], axis: 3)
  }

  private func pooled(_ input: Tensor) -> Tensor {
    switch pooling {
    case .average(let countsPadding):
      input.averagePooled(window: 3, stride: 1, padding: 1, countsPadding: countsPadding)
    case .maximum: input.maximumPooled(window: 3, stride: 1, padding: 1)
    case .halving: input.maximumPooled(window: 3, stride: 2)
    }
  }
}

/// Convolutions in a row, after which perhaps several see the same side by side.
public struct InceptionBranch: Layer {
  public let units: [InceptionUnit]
  /// None or two.
  public let fork: [InceptionUnit]

  struct Plan {
    var units: [InceptionUnit.Plan]
    var fork: [InceptionUnit.Plan] = []
  }

  init(_ plan: Plan) {
    units = plan.units.map { InceptionUnit($0) }
    fork = plan.fork.map { InceptionUnit($0) }
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let output = units.reduce(input) { $1($0) }
    return fork.isEmpty ? output : concatenated(fork.map { $0(output) }, axis: 3)
  }
}

/// A convolution with batch norm, by its running statistics, and a rectifier.
public struct InceptionUnit: Layer {
  public let convolution: Conv2D
  public let norm: BatchNorm2D

  /// `name` is that in files. Padding, where there is some, keeps the image's size.
  struct Plan {
    let name: String
    let input: Int, output: Int
    let kernel: Size
    let stride: Int
    let isPadded: Bool

    init(_ name: String, _ input: Int, _ output: Int, kernel: Size, stride: Int = 1, isPadded: Bool = true) {
      (self.name, self.input, self.output, self.kernel) = (name, input, output, kernel)
      (self.stride, self.isPadded) = (stride, isPadded)
    }
  }

  init(_ plan: Plan) {
    convolution = Conv2D(
      plan.input, plan.output, kernel: plan.kernel, stride: plan.stride,
      padding: plan.isPadded ? .same : .fixed(Padding(0)), hasBias: false)
    norm = BatchNorm2D(plan.output, negativeSlope: 0, epsilon: 1e-3, hasFrozenStatistics: true)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { convolution(input, then: norm) }
}
