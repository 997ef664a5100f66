import Checkpoints
import Layers
import Models
import Tensors
import Training

/// What is computed of a depthwise convolution. The names are those of tensors in files for the peers.
enum DepthwiseWork: String, CaseIterable, Encodable {
  case forward, inputGradient, weightGradient

  var title: String {
    switch self {
    case .forward: "forward"
    case .inputGradient: "input gradient"
    case .weightGradient: "weight gradient"
    }
  }
}

/// A depthwise convolution of random values.
struct DepthwiseExample {
  let shape: EfficientNetLite0Encoder.Depthwise
  let batch: Int
  private let layer: Conv2D
  private let input: Tensor
  private let output: Tensor, outputGradient: Tensor

  init(_ shape: EfficientNetLite0Encoder.Depthwise, batch: Int) {
    self.shape = shape
    self.batch = batch
    layer = Conv2D(
      shape.channels, shape.channels, kernel: shape.kernel, stride: shape.stride, padding: .same,
      groups: shape.channels, hasBias: false)
    layer.weight.value = RandomImages.array("weights", size: shape.kernel, channels: shape.channels)
      .reshaped(to: layer.weight.shape)
    input = Tensor(
      variable: RandomImages.array("images", batch: batch, size: shape.side, channels: shape.channels))
    output = layer(input)
    outputGradient = Tensor(
      RandomImages.array("gradients", batch: batch, size: output.shape[1], channels: shape.channels))
  }

  /// The least that is read and written, the same for all works.
  var bytes: Int {
    (input.shape.count + output.shape.count + layer.weight.shape.count) * MemoryLayout<Float>.stride
  }

  func result(_ work: DepthwiseWork) -> NDArray {
    switch work {
    case .forward: withoutGradients { layer(input) }.value
    case .inputGradient: gradient(input)
    case .weightGradient: gradient(layer.weight.tensor)
    }
  }

  private func gradient(_ tensor: Tensor) -> NDArray {
    gradients(from: outputGradient, at: output, withRespectTo: [tensor])[0].value
  }

  /// Seconds per run.
  func seconds(_ work: DepthwiseWork) -> Double {
    ShortWork.seconds { result(work).withHostMemory { _ in } }
  }

  /// Operands and results.
  var tensors: [NamedTensor] {
    [
      NamedTensor("input", input.value), NamedTensor("weight", layer.weight.value),
      NamedTensor("outputGradient", outputGradient.value),
    ] + DepthwiseWork.allCases.map { NamedTensor($0.rawValue, result($0)) }
  }
}
