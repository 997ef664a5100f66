import Tensors

/// A generator from noise in two parts: the first makes a style of noise, and the second an image of styles, of which each of its
/// layers takes one (Karras et al. 2019). The style, and not the noise, is what images follow evenly.
public protocol StyledNetwork: SynthesisNetwork {
  /// How many styles an image is made of.
  var styleCount: Int { get }
  /// `[N, noise + classes]` -> `[N, style]`.
  func style(of input: Tensor) -> Tensor
  /// `[N, styles, style]` -> `[N, size, size, outputChannels]`.
  func images(ofStyles styles: Tensor) -> Tensor

  /// The mean of styles, `[style]`, over those of a training.
  var meanStyle: NDArray { get }
  /// Counts styles `[N, style]` in the mean, in training.
  func gatherMean(of styles: Tensor)
}

extension StyledNetwork {
  public func callAsFunction(_ input: Tensor) -> Tensor { images(ofStyles: repeated(style(of: input))) }

  /// `[N, style]` -> `[N, styles, style]`: the same for all layers.
  public func repeated(_ style: Tensor) -> Tensor {
    let shape = style.shape
    return style.reshaped(to: [shape[0], 1, shape[1]]).broadcast(to: [shape[0], styleCount, shape[1]])
  }

  /// Styles `[N, style]` moved towards the mean, which gives less varied and more usual images (Karras et al. 2019).
  ///
  /// - Parameter truncation: the share of their distance from the mean that is kept; 1 for all.
  public func truncated(_ style: Tensor, to truncation: Float) -> Tensor {
    let mean = Tensor(meanStyle)
    return mean + (style - mean) * truncation
  }
}
