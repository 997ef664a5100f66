import Images
import Models
import Tensors

/// Gives photographs the colours that a network finds for them.
///
/// The network sees a photograph's lightness (CIE Lab's L) at a working size. Its colours are brought to the photograph's
/// own size along the edges of its lightness, and joined with that lightness, so that nothing is blurred. Gray, sepia and
/// colour photographs of one lightness get the same colours.
public struct Colorizer {
  /// What `size` may be.
  public static let sizes = 32...2048
  /// What `strength` may be.
  public static let strengths = 0.0...2.0
  /// The longer side of what the network sees is at most so many times the shorter one asked for.
  private static let largestAspect = 4

  private let network: any TranslationNetwork
  private let size: Int
  private let strength: Float
  private let precision: Precision
  /// The bytes that the network may take; nil for what the system says is free.
  public var memoryLimit: Int?

  /// - Parameters:
  ///   - network: takes L/50 - 1 and gives a/110 and b/110.
  ///   - size: in pixels, the shorter side of what the network sees; much more than it was trained with makes colours less
  ///     sure. Of very long images the shorter side is less, so that the longer one is at most four times `size`.
  ///   - strength: what the colours are multiplied by, 0 for gray.
  ///   - precision: one whose `obstacle` is nil.
  public init(
    _ network: any TranslationNetwork, size: Int = 256, strength: Double = 1, precision: Precision = .float32
  ) {
    precondition(
      network.inputChannels == 1 && network.outputChannels == 2,
      "a network that turns \(network.inputChannels) channels into \(network.outputChannels) does not colour lightness")
    precondition(Self.sizes.contains(size), "colours cannot be found at a size of \(size) pixels")
    precondition(Self.strengths.contains(strength), "colours cannot have a strength of \(strength)")
    self.network = network
    self.size = size
    self.strength = Float(strength)
    self.precision = precision
  }

  /// Stands for all that results depend on, besides their images.
  public var identity: String {
    "colorize, model \(network.fingerprint.text), size \(size), strength \(strength), \(precision.rawValue)"
  }

  /// The image in colour: of its lightness and size, with its alpha, bit depth and metadata. Colours that sRGB does not
  /// have at their lightness lose chroma.
  ///
  /// Throws `TranslationError` where the network needs more memory than there is.
  public func colorize(_ image: Image) throws -> Image {
    let lightness = image.lightnessArray()
    let small = resized(lightness)
    let chroma = try network.output(for: small, precision: precision, memoryLimit: memoryLimit)
    let scaled = withoutGradients { (Tensor(chroma) * strength).value }
    var result = Image(
      lightness: lightness, chroma: ChromaUpsampling.chroma(scaled, of: small, for: lightness),
      metadata: image.metadata)
    result.bitDepth = image.bitDepth
    return result.withAlpha(from: image)
  }

  /// The lightness as the network sees it.
  private func resized(_ lightness: NDArray) -> NDArray {
    let sides = [lightness.shape[1], lightness.shape[2]].map(Double.init)
    let scale = min(
      Double(size) / min(sides[0], sides[1]), Double(Self.largestAspect * size) / max(sides[0], sides[1]))
    let newSides = sides.map { max(1, Int(($0 * scale).rounded())) }
    var image = Image(array: lightness)
    image.bitDepth = .sixteen  // nothing is to be rounded
    return image.resized(toWidth: newSides[1], height: newSides[0]).array(channels: 1)
  }
}
