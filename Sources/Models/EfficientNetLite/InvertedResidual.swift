import Layers
import Tensors

/// MobileNetV2's block (Sandler et al. 2018): channels are expanded by a 1x1 convolution, filtered each by itself, and
/// projected to few again. The input is added where it has the output's shape.
public struct InvertedResidual: Layer {
  /// Nil if the expansion is 1.
  public let expansion: ConvolutionUnit?
  public let depthwise: ConvolutionUnit
  public let projection: ConvolutionUnit
  private let hasSkip: Bool

  init(_ plan: EfficientNetLite0Encoder.Plan) {
    let inner = plan.input * plan.expansion
    expansion = plan.expansion > 1 ? ConvolutionUnit(plan.input, inner, kernel: 1) : nil
    depthwise = ConvolutionUnit(inner, inner, kernel: plan.kernel, stride: plan.stride, groups: inner)
    projection = ConvolutionUnit(inner, plan.output, kernel: 1, isRectified: false)
    hasSkip = plan.stride == 1 && plan.input == plan.output
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let output = projection(depthwise(expansion?(input) ?? input))
    return hasSkip ? input + output : output
  }

  static func tensorKeys(_ path: String, _ key: String, _ plan: EfficientNetLite0Encoder.Plan) -> [TensorKey] {
    let inner = plan.input * plan.expansion
    let expansion =
      plan.expansion > 1
      ? ConvolutionUnit.tensorKeys(
        "\(path).expansion", "\(key)._expand_conv", "\(key)._bn0", plan.input, inner, kernel: 1) : []
    return expansion
      + ConvolutionUnit.tensorKeys(
        "\(path).depthwise", "\(key)._depthwise_conv", "\(key)._bn1", inner, inner, kernel: plan.kernel, groups: inner)
      + ConvolutionUnit.tensorKeys(
        "\(path).projection", "\(key)._project_conv", "\(key)._bn2", inner, plan.output, kernel: 1)
  }
}

/// A convolution with SAME padding, batch norm with frozen statistics, and perhaps ReLU6.
public struct ConvolutionUnit: Layer {
  public let convolution: Conv2D
  public let norm: BatchNorm2D
  private let isRectified: Bool

  static let epsilon: Float = 1e-3

  init(
    _ inputChannels: Int, _ outputChannels: Int, kernel: Int, stride: Int = 1, groups: Int = 1, isRectified: Bool = true
  ) {
    convolution = Conv2D(
      inputChannels, outputChannels, kernel: kernel, stride: stride, padding: .same, groups: groups, hasBias: false)
    norm = BatchNorm2D(outputChannels, epsilon: Self.epsilon, hasFrozenStatistics: true)
    self.isRectified = isRectified
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let output = convolution(input, then: norm)
    return isRectified ? output.rectified(upTo: 6) : output
  }

  static func tensorKeys(
    _ path: String, _ key: String, _ normKey: String, _ inputChannels: Int, _ outputChannels: Int, kernel: Int,
    groups: Int = 1
  ) -> [TensorKey] {
    TensorKey.convolution(
      "\(path).convolution", key, inputChannels, outputChannels, kernel: kernel, groups: groups, hasBias: false)
      + TensorKey.norm("\(path).norm", normKey, .batch, outputChannels)
  }
}
