import Images
import Kernels
import Models

/// A generator over whole images of any size.
public struct Translator {
  private let generator: any TranslationNetwork
  private let precision: Precision
  /// The bytes that a translation may take; nil for what the system says is free.
  public var memoryLimit: Int?

  /// - Parameters:
  ///   - generator: of images with 1 or 3 channels, in and out.
  ///   - precision: one whose `obstacle` is nil.
  public init(_ generator: any TranslationNetwork, precision: Precision = .float32) {
    self.generator = generator
    self.precision = precision
  }

  /// Stands for all that results depend on, besides their images.
  public var identity: String { "translate, model \(generator.fingerprint.text), \(precision.rawValue)" }

  /// The image's translation: as large, with its alpha, bit depth and metadata; in colour, whatever it was before.
  ///
  /// Throws `TranslationError` for an image that needs more memory than there is.
  public func translate(_ image: Image) throws -> Image {
    let output = try generator.output(
      for: image.array(channels: generator.inputChannels), precision: precision, memoryLimit: memoryLimit)
    var result = Image(array: output, metadata: image.metadata)
    result.bitDepth = image.bitDepth
    return result.withAlpha(from: image)
  }
}
