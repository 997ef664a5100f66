import Tensors

/// Group norm with a factor and an addend for each channel (Wu and He 2018), always with the image's own statistics.
public struct GroupNorm: Layer {
  /// Both `[channels]`.
  public let scale: Parameter, shift: Parameter
  private let groups: Int

  public init(_ channels: Int, groups: Int) {
    precondition(channels % groups == 0, "\(channels) channels do not fall into \(groups) groups")
    scale = Parameter(repeating: 1, shape: [channels], role: .scale)
    shift = Parameter(repeating: 0, shape: [channels], role: .shift)
    self.groups = groups
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    input.groupNormalized(groups: groups, scale: scale.tensor) + shift.tensor
  }

  /// The norm of a convolution's output, plus `skip`: the norm is applied while it is added.
  package func callAsFunction(_ input: Tensor, after convolution: Conv2D, adding skip: Tensor) -> Tensor {
    convolution.gatheringMoments(input).groupNormalized(groups: groups, scale: scale.tensor) + (skip + shift.tensor)
  }
}

/// Layer norm of each pixel's channels, the last axis, with a factor and an addend for each (Ba et al. 2016).
public struct LayerNorm: Layer {
  /// Both `[channels]`.
  public let scale: Parameter, shift: Parameter
  private let epsilon: Float

  public init(_ channels: Int, epsilon: Float = 1e-5) {
    scale = Parameter(repeating: 1, shape: [channels], role: .scale)
    shift = Parameter(repeating: 0, shape: [channels], role: .shift)
    self.epsilon = epsilon
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    input.layerNormalized(scale: scale.tensor, shift: shift.tensor, epsilon: epsilon)
  }
}
