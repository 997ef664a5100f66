import Tensors

/// A blur by [1, 2, 1] / 4 along each axis, `[N, H, W, channels] -> [N, H', W', channels]` with
/// H' = (H - 3) / stride + 1: what anti-aliased sampling consists of (Zhang 2019).
///
/// With stride 2 it halves an image. After nearest-neighbour upsampling by 2 it is bilinear interpolation. Since the blur
/// takes a pixel off each side, the image is padded by one pixel first.
package struct Blur2D: Layer {
  package let outputChannels: Int
  private let stride: Int

  package init(_ channels: Int, stride: Int = 1) {
    outputChannels = channels
    self.stride = stride
  }

  package func callAsFunction(_ input: Tensor) -> Tensor { input.blurred(stride: stride) }
}

extension Blur2D: RowwiseConvolution {
  private static var kernel: Int { 3 }

  package func outputSize(for input: Size) -> Size {
    Size(height: (input.height - Self.kernel) / stride + 1, width: (input.width - Self.kernel) / stride + 1)
  }

  package func inputRows(for rows: Range<Int>) -> Range<Int> {
    rows.lowerBound * stride..<(rows.upperBound - 1) * stride + Self.kernel
  }

  /// Nothing outside the input is read, so any rows are computed alike.
  package func limited(to rows: Range<Int>) -> Blur2D { self }

  package func cost(for input: Size) -> Double {
    let output = outputSize(for: input)
    return Double(output.height * output.width * outputChannels * 2 * Self.kernel)
  }
}
