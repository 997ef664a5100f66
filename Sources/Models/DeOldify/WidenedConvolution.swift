import Layers
import Tensors

/// Convolutions of a number of channels for which there is no quick way are computed with more, which are zeros.
enum WidenedConvolution {
  /// Winograd's filtering takes multiples of this.
  private static let multiple = 16

  static func channels(_ channels: Int) -> Int { (channels + multiple - 1) / multiple * multiple }

  /// Images and more channels of zeros, `[N, H, W, channels(C)]`.
  static func widened(_ images: [Tensor]) -> Tensor {
    let count = images.reduce(0) { $0 + $1.shape[3] }
    return concatenated(images, axis: 3, zeros: channels(count) - count)
  }

  /// A convolution of widened images to images of the same size, widened in turn.
  static func convolved(_ input: Tensor, by convolution: Conv2D) -> Tensor {
    let (kernel, bias) = convolution.kernelAndBias
    let (inputs, outputs) = (input.shape[3] - kernel.shape[2], channels(kernel.shape[3]) - kernel.shape[3])
    return input.convolved(
      with: concatenated([concatenated([kernel], axis: 2, zeros: inputs)], axis: 3, zeros: outputs),
      bias: bias.map { concatenated([$0], axis: 0, zeros: outputs) }, padding: Padding(kernel.shape[0] / 2))
  }

  /// The first channels of widened images.
  static func narrowed(_ input: Tensor, to channels: Int) -> Tensor {
    input.sliced(axis: 3, range: 0..<channels)
  }

  private static func concatenated(_ tensors: [Tensor], axis: Int, zeros: Int) -> Tensor {
    var dimensions = tensors[0].shape.dimensions
    dimensions[axis] = zeros
    let more = zeros == 0 ? [] : [Tensor(NDArray(repeating: 0, shape: Shape(dimensions)))]
    return tensors.count + more.count == 1 ? tensors[0] : Tensors.concatenated(tensors + more, axis: axis)
  }
}
