import Tensors

/// A tensor that an optimiser changes. It is a class so that copies of a layer share their parameters.
public final class Parameter {
  /// What a parameter is for, which decides how it is initialised and stored.
  public enum Role: Sendable {
    /// A kernel or a matrix.
    case weight
    /// A row for each of several things, such as classes.
    case embedding
    /// Added to the output of a weight.
    case bias
    /// A norm's factor.
    case scale
    /// A norm's addend.
    case shift
    /// A rectifier's slope.
    case slope
  }

  public let role: Role
  public let shape: Shape
  /// How many consecutive entries of a weight's last axis begin alike.
  let repeats: Int
  /// What its layer multiplies it by, so that it learns as much more slowly; `Initializer.equalized` divides by it.
  let rate: Float
  /// The leaf that gradients are taken with respect to; a new one after each change of `value`.
  public private(set) var tensor: Tensor

  public init(_ value: NDArray, role: Role) {
    self.role = role
    shape = value.shape
    repeats = 1
    rate = 1
    tensor = Tensor(variable: value)
  }

  /// A constant initial value. Within `outlined`, no memory is allocated for it: before a file is read, its network is
  /// built only for its tensors' shapes, so that a hostile file cannot make it take more memory than the file itself.
  ///
  /// - Parameters:
  ///   - repeats: how many consecutive entries of a weight's last axis `Initializer` lets begin alike.
  ///   - rate: what its layer multiplies it by, so that it learns as much more slowly.
  public init(repeating value: Float, shape: Shape, role: Role, repeats: Int = 1, rate: Float = 1) {
    self.role = role
    self.shape = shape
    self.repeats = repeats
    self.rate = rate
    tensor = Tensor(variable: NDArray(repeating: value, shape: Outline.isWanted ? [0] : shape))
  }

  /// Changes the value, in place if nothing else holds it.
  package func update(_ change: (inout NDArray) -> Void) {
    var value = tensor.value
    tensor = Tensor(NDArray(0))
    change(&value)
    tensor = Tensor(variable: value)
  }

  public var value: NDArray {
    get { tensor.value }
    set {
      precondition(
        newValue.shape == tensor.shape, "a parameter of shape \(tensor.shape) cannot hold the shape \(newValue.shape)")
      tensor = Tensor(variable: newValue)
    }
  }
}

/// A value that a layer keeps from batch to batch and that no optimiser changes, such as batch norm's running mean.
public final class RunningStatistic {
  public let shape: Shape
  public var value: NDArray

  public init(_ value: NDArray) {
    shape = value.shape
    self.value = value
  }

  /// A constant initial value; see `Parameter.init(repeating:shape:role:)`.
  public init(repeating value: Float, shape: Shape) {
    self.shape = shape
    self.value = NDArray(repeating: value, shape: Outline.isWanted ? [0] : shape)
  }

  /// Normal random values, always the same for a purpose and shape; within `outlined`, none.
  package init(drawnFor purpose: String, shape: Shape) {
    self.shape = shape
    let random = Random(seed: 0, purpose: purpose)
    value =
      Outline.isWanted
      ? NDArray(repeating: 0, shape: [0]) : NDArray((0..<shape.count).map { random.normal(at: $0) }, shape: shape)
  }
}

/// The gradients of a one-value tensor with respect to parameters, in their order.
public func gradients(
  of result: Tensor, withRespectTo parameters: [Parameter], differentiable: Bool = false, releasingGraph: Bool = false
) -> [Tensor] {
  gradients(
    of: result, withRespectTo: parameters.map(\.tensor), differentiable: differentiable,
    releasingGraph: releasingGraph)
}
