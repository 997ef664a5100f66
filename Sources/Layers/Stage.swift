import Tensors

/// A part of a network that is a chain of such parts: one or more convolutions in sequence, and perhaps a skip
/// connection around them. It can be computed for a whole image, or convolution by convolution in strips of rows.
package protocol Stage {
  func callAsFunction(_ input: Tensor) -> Tensor

  /// The convolutions, in sequence.
  var convolutions: [ConvolutionStage] { get }
  /// Whether the stage's input is added to the convolutions' output, which then has the same shape.
  var hasSkip: Bool { get }
}

/// A layer that is one or more convolutions in sequence, with their norms and rectifiers.
package protocol ConvolutionSequence: Layer {
  /// - Parameter reflection: the width of the reflection padding before the first convolution, in pixels.
  func stages(reflection: Int) -> [ConvolutionStage]
}
