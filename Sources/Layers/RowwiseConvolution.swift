import Tensors

/// A convolution that can be computed for some of its output's rows alone.
package protocol RowwiseConvolution: Layer {
  var outputChannels: Int { get }

  func outputSize(for input: Size) -> Size

  /// The input rows in the receptive field of output rows: those rows and their halo. Where they lie outside of the input,
  /// there are zeros.
  func inputRows(for rows: Range<Int>) -> Range<Int>

  /// The convolution that makes those rows of just `inputRows(for: rows)`.
  func limited(to rows: Range<Int>) -> Self

  /// What an input of that size costs, in multiply-adds of a direct product that take as long.
  func cost(for input: Size) -> Double
}
