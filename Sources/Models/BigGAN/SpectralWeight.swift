import Layers
import Tensors

/// A weight that is divided by its largest singular value where it is used (Miyato et al. 2018), as in BigGAN-PyTorch: only one
/// of the two directions is kept, and each pass goes one step of the power iteration further from it, which training keeps.
public struct SpectralWeight {
  /// `[…, inputs, outputs]`, before the division.
  public let weight: Parameter
  /// `[1, outputs]`, in its direction the weight is largest.
  public let direction: RunningStatistic
  /// `[1]`: the largest singular value that training found last.
  public let largest: RunningStatistic

  init(_ shape: Shape) {
    weight = Parameter(repeating: 0, shape: shape, role: .weight)
    direction = RunningStatistic(drawnFor: "spectralNorm", shape: [1, shape[-1]])
    largest = RunningStatistic(repeating: 1, shape: [1])
  }

  /// The weight after the division; its gradient takes directions as constants.
  var tensor: Tensor {
    let outputs = weight.shape[-1]
    let matrix = weight.tensor.reshaped(to: [weight.shape.count / outputs, outputs])
    let (u, v) = withoutGradients {
      let v = Self.scaledToUnit(Tensor(direction.value).matrixProduct(with: matrix, transposingRight: true))
      return (Self.scaledToUnit(v.matrixProduct(with: matrix)), v)
    }
    let value = (v.detached.matrixProduct(with: matrix) * u.detached).sum()
    if let context = TrainingContext.current, !context.isRepeating {
      direction.value = u.value
      largest.value = value.detached.reshaped(to: [1]).value
    }
    return weight.tensor / value
  }

  /// A vector of length 1; a zero vector stays zero.
  private static func scaledToUnit(_ vector: Tensor) -> Tensor {
    vector / vector.squared().sum().squareRoot().clamped(to: 1e-12 ... .infinity)
  }
}

/// `[N, inputs] -> [N, outputs]`.
public struct SpectralLinear: Layer {
  public let spectral: SpectralWeight
  public let bias: Parameter?

  init(_ inputs: Int, _ outputs: Int, hasBias: Bool = true) {
    spectral = SpectralWeight([inputs, outputs])
    bias = hasBias ? Parameter(repeating: 0, shape: [outputs], role: .bias) : nil
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let product = input.matrixProduct(with: spectral.tensor)
    return bias.map { product + $0.tensor } ?? product
  }
}

/// A convolution that keeps an image's size.
public struct SpectralConvolution: Layer {
  public let spectral: SpectralWeight
  public let bias: Parameter?

  init(_ inputChannels: Int, _ outputChannels: Int, kernel: Int, hasBias: Bool = true) {
    spectral = SpectralWeight([kernel, kernel, inputChannels, outputChannels])
    bias = hasBias ? Parameter(repeating: 0, shape: [outputChannels], role: .bias) : nil
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    input.convolved(
      with: spectral.tensor, bias: bias?.tensor, padding: Padding(spectral.weight.shape[0] / 2))
  }
}
