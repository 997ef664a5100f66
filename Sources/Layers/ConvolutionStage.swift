import Tensors

/// A step of a network over images: pixels repeated, the image mirrored at its borders, a convolution, and a norm with its
/// rectifier or another activation. It can be computed of a whole image, or some rows of it at a time.
package struct ConvolutionStage {
  /// How often each row and column is repeated.
  private let enlargement: Int
  /// Rows and columns mirrored at each border.
  private let reflection: Int
  package let convolution: any FoldableConvolution
  package let last: (any Layer)?

  package init(
    enlargement: Int = 1, reflection: Int = 0, _ convolution: any FoldableConvolution, then last: (any Layer)?
  ) {
    self.enlargement = enlargement
    self.reflection = reflection
    self.convolution = convolution
    self.last = last
  }

  package func callAsFunction(_ input: Tensor) -> Tensor {
    var x = input
    if enlargement > 1 { x = x.upsampledNearest(by: enlargement) }
    if reflection > 0 { x = x.padded(Padding(reflection), mode: .reflection) }
    return convolution(x, then: last)
  }
}

/// In strips, which together are the same as the whole: an image's borders are extended, those of strips are not.
extension ConvolutionStage {
  /// The norm that needs the whole image's statistics, if the stage ends in one. What a strip is computed to is then not
  /// normalised yet.
  package var instanceNorm: InstanceNorm2D? { last as? InstanceNorm2D }

  package var outputChannels: Int {
    convolution is ConvTranspose2D ? convolution.weight.value.shape[2] : convolution.weight.value.shape[3]
  }

  package func outputSize(for input: Size) -> Size { convolution.outputSize(for: extended(input)) }

  package func work(for input: Size) -> Double { convolution.work(for: extended(input)) }

  /// The rows of an input, so many high, that rows of the output come of.
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
      columns: sources(of: 0..<extended(Size(width)).width, size: width))
    return convolution.limited(to: rows)(input, then: instanceNorm == nil ? last : nil)
  }

  private func extended(_ input: Size) -> Size {
    Size(
      height: input.height * enlargement + 2 * reflection, width: input.width * enlargement + 2 * reflection)
  }

  /// Which of an axis's `size` positions those of the extended axis repeat, -1 beyond both.
  private func sources(of positions: Range<Int>, size: Int) -> [Int] {
    let enlarged = size * enlargement
    return positions.map { position in
      let place = position - reflection
      guard (-reflection..<enlarged + reflection).contains(place) else { return -1 }
      let mirrored = abs(place)
      return (mirrored < enlarged ? mirrored : 2 * (enlarged - 1) - mirrored) / enlargement
    }
  }
}
