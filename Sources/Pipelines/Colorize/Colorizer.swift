import Images
import Models
import Tensors

/// Adds colours to photographs with a network.
///
/// The network sees a photograph's lightness (L of CIE Lab) at a working size. The colours that it finds, there or at a
/// quarter of that size, are upsampled to the photograph's size along the edges of its lightness, and combined with that
/// lightness, so that nothing is blurred. Gray, sepia and colour photographs of the same lightness get the same colours.
public struct Colorizer {
  /// The allowed working sizes, in pixels.
  public static let sizes = 32...2048
  /// The allowed factors on colours.
  public static let strengths = 0.0...2.0
  /// The allowed vividnesses.
  public static let vividnesses = 0.0...1.0

  private let finder: any ChromaFinder
  private let strength: Float
  private let precision: Precision
  /// The memory in bytes that the network may take; nil for all that the system says is free.
  public var memoryLimit: Int?

  /// - Parameters:
  ///   - network: takes L/50 - 1, returns a/110 and b/110. A `ColorBinNetwork` is asked for its scores, of the photograph
  ///     and its mirror image, and sees faded photographs with a full range of tones.
  ///   - size: the shorter side of the network's input in pixels, one of `sizes`; colours become less reliable much
  ///     above the size used in training. For very long images the shorter side is reduced, so that the longer one is
  ///     at most four times `size`. A `ColorizingNetwork` may see a square of that side instead. If nil, it is chosen for
  ///     each image with a `ColorBinNetwork`; a `ColorizingNetwork` has one of its own, and for others it is 256.
  ///   - strength: the factor that multiplies the colours, one of `strengths`; 0 gives gray.
  ///   - vividness: one of `vividnesses`, from a calm guess to the likeliest colours as training weighted them, in
  ///     favour of rare ones. Only a `ColorBinNetwork` takes it, whose `usualVividness` is the default.
  ///   - precision: one that this machine supports, whose `obstacle` is nil.
  ///
  /// Throws `ColorizationError`.
  public init(
    _ network: any TranslationNetwork, size: Int? = nil, strength: Double = 1, vividness: Double? = nil,
    precision: Precision = .float32
  ) throws {
    let (input, output) = (network.inputChannels, network.outputChannels)
    guard input == 1, output == 2 else { throw ColorizationError.unusableChannels(input: input, output: output) }
    if let size, !Self.sizes.contains(size) { throw ColorizationError.unusableSize(asked: size) }
    guard Self.strengths.contains(strength) else { throw ColorizationError.unusableStrength(asked: strength) }
    if let vividness, !Self.vividnesses.contains(vividness) {
      throw ColorizationError.unusableVividness(asked: vividness)
    }
    if let bins = network as? ColorBinNetwork {
      finder = BinChromaFinder(
        bins: bins, size: size, vividness: vividness.map { Float($0) } ?? ColorBinNetwork.usualVividness)
    } else {
      guard vividness == nil else { throw ColorizationError.noVividness }
      finder = PlainChromaFinder(network: network, size: size)
    }
    self.strength = Float(strength)
    self.precision = precision
  }

  /// Identifies the model and its settings: results with another identity have to be made again.
  public var identity: String {
    "colorize, model \(finder.network.fingerprint.text), \(finder.settings), strength \(strength), "
      + precision.rawValue
  }

  /// The size at which the network sees an image of some size.
  package func workingSize(for image: Size) -> Size { finder.workingSize(for: image) }

  /// The image in colour, with its own lightness, size, alpha, bit depth and metadata. Out-of-gamut colours lose
  /// chroma.
  ///
  /// Throws `TranslationError` if the network needs more memory than there is.
  public func colorize(_ image: Image) throws -> Image {
    let lightness = image.lightnessArray()
    let small = lightness.resized(to: workingSize(for: Size(height: image.height, width: image.width)))
    let chroma = try finder.chroma(for: small, precision: precision, memoryLimit: memoryLimit)
    let (scaled, lightnessOfChroma) = withoutGradients {
      ((Tensor(chroma) * strength).value, Tensor(small).averagePooled(window: small.shape[1] / chroma.shape[1]).value)
    }
    var result = Image(
      lightness: lightness,
      chroma: ChromaUpsampling.chroma(try scaled.computed(), of: lightnessOfChroma, for: lightness),
      metadata: image.metadata)
    result.bitDepth = image.bitDepth
    return try result.withAlpha(from: image)
  }
}

extension NDArray {
  /// Lightness `[1, height, width, 1]`, resized.
  fileprivate func resized(to size: Size) -> NDArray {
    var image = Image(array: self)
    image.bitDepth = .sixteen  // so that resizing does not round
    return image.resized(toWidth: size.width, height: size.height).array(channels: 1)
  }
}
