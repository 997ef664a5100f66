import Tensors

/// A convolution that can be computed for a range of its output's rows.
package protocol RowwiseConvolution: Layer {
  var outputChannels: Int { get }

  func outputSize(for input: Size) -> Size

  /// The input rows in the receptive field of output rows, halo included. Those outside the input are zeros.
  func inputRows(for rows: Range<Int>) -> Range<Int>

  /// The convolution that computes these output rows from exactly the input rows `inputRows(for: rows)`.
  func limited(to rows: Range<Int>) -> Self

  /// The time for an input of that size, measured in multiply-adds of the direct product.
  func cost(for input: Size) -> Double
}
