import Tensors

/// Batch norm whose scale and shift are changed for each class (Dumoulin et al. 2017, de Vries et al. 2017), by a factor and an
/// addend that begin at 1 and 0.
public struct ConditionalBatchNorm2D {
  public let norm: BatchNorm2D
  /// What is added to 1 for the factor of each channel, `[classes, channels]`; nil without classes.
  public let scale: Parameter?
  /// `[classes, channels]`; nil without classes.
  public let shift: Parameter?

  /// - Parameter classes: 0 for a plain batch norm.
  public init(_ channels: Int, classes: Int) {
    norm = BatchNorm2D(channels)
    func changes() -> Parameter? {
      classes > 0 ? Parameter(repeating: 0, shape: [classes, channels], role: .shift) : nil
    }
    (scale, shift) = (changes(), changes())
  }

  /// - Parameters:
  ///   - input: `[N, H, W, channels]`.
  ///   - classes: of each image, `[N, classes]`, 1 for its class and 0 for the others; nil for none.
  public func callAsFunction(_ input: Tensor, _ classes: Tensor?) -> Tensor {
    let normalized = norm(input)
    guard let scale, let shift, let classes else { return normalized }
    let shape: Shape = [input.shape[0], 1, 1, input.shape[3]]
    func ofImages(_ changes: Parameter) -> Tensor {
      classes.matrixProduct(with: changes.tensor).reshaped(to: shape)
    }
    return normalized * (ofImages(scale) + 1) + ofImages(shift)
  }
}
