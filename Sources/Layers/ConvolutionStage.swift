import Tensors

/// Nearest-neighbour enlargement, reflection padding, a convolution, and a norm with its rectifier or another activation; all
/// but the convolution as needed. It can be computed of a whole image, or some rows of it at a time.
package struct ConvolutionStage: Stage {
  /// The factor of the enlargement, 1 for none.
  private let enlargement: Int
  /// Rows and columns mirrored at each border.
  private let reflection: Int
  package let convolution: any FoldableConvolution & RowwiseConvolution
  package let last: (any Layer)?

  package init(
    enlargement: Int = 1, reflection: Int = 0, _ convolution: any FoldableConvolution & RowwiseConvolution,
    then last: (any Layer)?
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

/// In strips, which together equal the whole: the image's borders are padded, those of strips are not.
extension ConvolutionStage {
  /// The norm that needs the whole image's statistics, if the stage ends in one. Strips are then computed without it.
  package var instanceNorm: InstanceNorm2D? { last as? InstanceNorm2D }

  package var outputChannels: Int { convolution.outputChannels }

  package func outputSize(for input: Size) -> Size { convolution.outputSize(for: padded(input)) }

  /// What an input of that size costs, in multiply-adds of a direct product that take as long.
  package func cost(for input: Size) -> Double { convolution.cost(for: padded(input)) }

  /// The input rows in the receptive field of output rows: those rows and their halo, as far as an input of that height
  /// has them.
  package func inputRows(for rows: Range<Int>, height: Int) -> Range<Int> {
    let needed = sources(of: convolution.inputRows(for: rows), size: height).filter { $0 >= 0 }
    return (needed.min() ?? 0)..<(needed.max() ?? 0) + 1
  }

  /// Rows of the output.
  ///
  /// - Parameters:
  ///   - strip: of the input, `[1, H, W, C]`, just `inputRows(for: rows)`.
  ///   - first: that strip's first row.
  ///   - height: the whole input's.
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

  /// Which of an axis's `size` positions the enlarged and padded axis repeats at `positions`; -1 outside of that.
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
