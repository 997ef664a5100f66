import Images
import Models
import Tensors

/// Adds colours to photographs with a network.
///
/// The network sees a photograph's lightness (L of CIE Lab) at a working size. The colours that it predicts are
/// upsampled to the photograph's size along the edges of its lightness, and combined with that lightness, so that
/// nothing is blurred. Gray, sepia and colour photographs of the same lightness get the same colours.
public struct Colorizer {
  /// The allowed working sizes, in pixels.
  public static let sizes = 32...2048
  /// The allowed factors on colours.
  public static let strengths = 0.0...2.0
  /// The longer side of the network's input is at most this many times the size asked for.
  private static let largestAspect = 4

  private let network: any TranslationNetwork
  private let size: Int
  private let strength: Float
  private let precision: Precision
  /// The memory in bytes that the network may take; nil for all that the system says is free.
  public var memoryLimit: Int?

  /// - Parameters:
  ///   - network: takes L/50 - 1, returns a/110 and b/110.
  ///   - size: the shorter side of the network's input in pixels, one of `sizes`; colours become less reliable much
  ///     above the size used in training. For very long images the shorter side is reduced, so that the longer one is
  ///     at most four times `size`.
  ///   - strength: the factor that multiplies the colours, one of `strengths`; 0 gives gray.
  ///   - precision: one that this machine supports, whose `obstacle` is nil.
  ///
  /// Throws `ColorizationError`.
  public init(
    _ network: any TranslationNetwork, size: Int = 256, strength: Double = 1, precision: Precision = .float32
  ) throws {
    let (input, output) = (network.inputChannels, network.outputChannels)
    guard input == 1, output == 2 else { throw ColorizationError.unusableChannels(input: input, output: output) }
    guard Self.sizes.contains(size) else { throw ColorizationError.unusableSize(asked: size) }
    guard Self.strengths.contains(strength) else { throw ColorizationError.unusableStrength(asked: strength) }
    self.network = network
    self.size = size
    self.strength = Float(strength)
    self.precision = precision
  }

  /// Identifies the model and its settings: results with another identity have to be made again.
  public var identity: String {
    "colorize, model \(network.fingerprint.text), size \(size), strength \(strength), \(precision.rawValue)"
  }

  /// The image in colour, with its own lightness, size, alpha, bit depth and metadata. Out-of-gamut colours lose
  /// chroma.
  ///
  /// Throws `TranslationError` if the network needs more memory than there is.
  public func colorize(_ image: Image) throws -> Image {
    let lightness = image.lightnessArray()
    let small = resized(lightness)
    let chroma = try network.output(for: small, precision: precision, memoryLimit: memoryLimit)
    let scaled = withoutGradients { (Tensor(chroma) * strength).value }
    var result = Image(
      lightness: lightness, chroma: ChromaUpsampling.chroma(scaled, of: small, for: lightness),
      metadata: image.metadata)
    result.bitDepth = image.bitDepth
    return try result.withAlpha(from: image)
  }

  /// The lightness at the working size.
  private func resized(_ lightness: NDArray) -> NDArray {
    let sides = [lightness.shape[1], lightness.shape[2]].map(Double.init)
    let scale = min(
      Double(size) / min(sides[0], sides[1]), Double(Self.largestAspect * size) / max(sides[0], sides[1]))
    let newSides = sides.map { max(1, Int(($0 * scale).rounded())) }
    var image = Image(array: lightness)
    image.bitDepth = .sixteen  // so that resizing does not round
    return image.resized(toWidth: newSides[1], height: newSides[0]).array(channels: 1)
  }
}
