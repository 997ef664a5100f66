import Tensors

/// Nearest-neighbour upsampling, reflection padding, a convolution, and a norm with its rectifier or another
/// activation; all but the convolution are optional. It can be computed for a whole image, or for some of its rows at a
/// time.
package struct ConvolutionStage: Stage {
  /// The factor of the upsampling; 1 for none.
  private let enlargement: Int
  /// The width of the reflection padding, in pixels.
  private let reflection: Int
  package let convolution: any RowwiseConvolution
  package let last: (any Layer)?

  package init(
    enlargement: Int = 1, reflection: Int = 0, _ convolution: any RowwiseConvolution, then last: (any Layer)?
  ) {
    self.enlargement = enlargement
    self.reflection = reflection
    self.convolution = convolution
    self.last = last
  }

  package var convolutions: [ConvolutionStage] { [self] }
  package var hasSkip: Bool { false }

  package func callAsFunction(_ input: Tensor) -> Tensor {
    var x = input
    if enlargement > 1 { x = x.upsampledNearest(by: enlargement) }
    if reflection > 0 { x = x.padded(Padding(reflection), mode: .reflection) }
    return convolution(x, then: last)
  }
}

extension RowwiseConvolution {
  /// The convolution and the norm or activation after it, if there is one, which is folded into it where that can be done.
  fileprivate func callAsFunction(_ input: Tensor, then layer: (any Layer)?) -> Tensor {
    if let foldable = self as? any FoldableConvolution { return foldable(input, then: layer) }
    let output = self(input)
    return layer?(output) ?? output
  }

  /// The convolution, which also gathers its output's moments if it can.
  fileprivate func gatheringMoments(_ input: Tensor) -> Tensor {
    (self as? any FoldableConvolution)?.gatheringMoments(input) ?? self(input)
  }
}

/// Computation in strips of rows, which together equal the whole: only the image's borders are padded, not the strips'.
extension ConvolutionStage {
  /// The instance norm that the stage ends in, if it does. Strips are then computed without it, because it needs the
  /// whole image's statistics.
  package var instanceNorm: InstanceNorm2D? { last as? InstanceNorm2D }

  package var outputChannels: Int { convolution.outputChannels }

  package func outputSize(for input: Size) -> Size { convolution.outputSize(for: padded(input)) }

  /// The time for an input of that size, measured in multiply-adds of the direct product.
  package func cost(for input: Size) -> Double { convolution.cost(for: padded(input)) }

  /// The input rows in the receptive field of output rows, halo included, clipped to an input of that height.
  package func inputRows(for rows: Range<Int>, height: Int) -> Range<Int> {
    let needed = sources(of: convolution.inputRows(for: rows), size: height).filter { $0 >= 0 }
    return (needed.min() ?? 0)..<(needed.max() ?? 0) + 1
  }

  /// Computes rows of the output from a strip of the input.
  ///
  /// - Parameters:
  ///   - strip: exactly the rows `inputRows(for: rows, height: height)` of the input, `[1, H, W, C]`.
  ///   - first: the strip's first row in the input.
  ///   - height: the height of the whole input.
  package func callAsFunction(_ strip: Tensor, first: Int, height: Int, rows: Range<Int>) -> Tensor {
    let width = strip.shape[2]
    let input = strip.gathered(
      rows: sources(of: convolution.inputRows(for: rows), size: height).map { $0 < 0 ? -1 : $0 - first },
      columns: sources(of: 0..<padded(Size(width)).width, size: width))
    let part = convolution.limited(to: rows)
    return instanceNorm == nil ? part(input, then: last) : part.gatheringMoments(input)
  }

  private func padded(_ input: Size) -> Size {
    Size(
      height: input.height * enlargement + 2 * reflection, width: input.width * enlargement + 2 * reflection)
  }

  /// For `positions` of the upsampled and padded axis, the position of the original axis, of `size`, that each copies;
  /// -1 outside.
  private func sources(of positions: Range<Int>, size: Int) -> [Int] {
    let enlarged = size * enlargement
    return positions.map { position in
      let unpadded = position - reflection
      guard (-reflection..<enlarged + reflection).contains(unpadded),
        let source = PaddingMode.reflection.source(of: unpadded, size: enlarged)
      else { return -1 }
      return source / enlargement
    }
  }
}
