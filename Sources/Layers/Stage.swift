import Tensors

/// A part of a network that is a chain of such parts: one or more convolutions in a row, and perhaps a skip around them. It
/// can be computed of a whole image, or of its convolutions a strip of rows at a time.
package protocol Stage {
  func callAsFunction(_ input: Tensor) -> Tensor

  /// One after another.
  var convolutions: [ConvolutionStage] { get }
  /// Whether the stage's input is added to what the convolutions make, which then has its size and channels.
  var hasSkip: Bool { get }
}
