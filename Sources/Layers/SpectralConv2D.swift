import Tensors

/// 2-D convolution whose weight is divided by its largest singular value, which bounds a discriminator's Lipschitz
/// constant (Miyato et al. 2018). It has no bias, and zero padding.
///
/// The singular value is estimated as u' W v, where W is the weight as a matrix with a row for each output channel.
/// Each forward pass in training first updates u and v by one power iteration.
public struct SpectralConv2D: Layer {
  /// `[kernel, kernel, inputChannels, outputChannels]`, before the division; zero until initialised.
  public let weight: Parameter
  /// u, `[outputChannels]`, of length 1.
  public let outputDirection: RunningStatistic
  /// v, `[inputChannels kernel kernel]`, of length 1, in PyTorch's order, as in files.
  public let inputDirection: RunningStatistic
  private let inputChannels: Int, outputChannels: Int, kernel: Int, stride: Int, padding: Int

  public init(_ inputChannels: Int, _ outputChannels: Int, kernel: Int, stride: Int = 1, padding: Int = 0) {
    weight = Parameter(NDArray(repeating: 0, shape: [kernel, kernel, inputChannels, outputChannels]), role: .weight)
    outputDirection = RunningStatistic(Self.randomDirection(outputChannels))
    inputDirection = RunningStatistic(Self.randomDirection(inputChannels * kernel * kernel))
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    if let context = TrainingContext.current, !context.isRepeating { iterate() }
    let weight = weight.tensor / largestSingularValue
    return input.convolved(with: weight, stride: Size(stride), padding: Padding(padding))
  }

  /// The estimate; its gradient treats u and v as constants.
  private var largestSingularValue: Tensor {
    let v = Tensor(inputDirection.value).reshaped(to: [inputChannels, kernel, kernel]).transposed([1, 2, 0])
    let u = Tensor(outputDirection.value).reshaped(to: [1, outputChannels])
    return (v.reshaped(to: [1, matrix.shape[0]]).matrixProduct(with: matrix) * u).sum()
  }

  /// `[kernel kernel inputChannels, outputChannels]`.
  private var matrix: Tensor { weight.tensor.reshaped(to: [kernel * kernel * inputChannels, outputChannels]) }

  private func iterate() {
    withoutGradients {
      let u = Tensor(outputDirection.value).reshaped(to: [outputChannels, 1])
      let v = Self.scaledToUnit(matrix.matrixProduct(with: u))
      inputDirection.value =
        v.reshaped(to: [kernel, kernel, inputChannels]).transposed([2, 0, 1])
        .reshaped(to: inputDirection.value.shape).value
      outputDirection.value =
        Self.scaledToUnit(v.matrixProduct(with: matrix, transposingLeft: true))
        .reshaped(to: outputDirection.value.shape).value
    }
  }

  /// The vector scaled to length 1; a zero vector stays zero.
  private static func scaledToUnit(_ vector: Tensor) -> Tensor {
    vector * (1 / vector.squared().sum().squareRoot().clamped(to: 1e-12 ... .infinity))
  }

  /// The start of the power iteration. It may be the same for all layers of a size, since their weights differ.
  private static func randomDirection(_ count: Int) -> NDArray {
    let random = Random(seed: 0, purpose: "spectralNorm")
    let values = Tensor(NDArray((0..<count).map { random.normal(at: $0) }, shape: [count]))
    return withoutGradients { scaledToUnit(values).value }
  }
}
