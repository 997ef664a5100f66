import Foundation
import Images
import Kernels
import Models
import Tensors

/// A generator over whole images of any size.
public struct Translator {
  private let generator: ResNetGenerator
  private let precision: Precision
  /// The bytes that a translation may take; nil for what the system says is free.
  public var memoryLimit: Int?

  /// - Parameter precision: one whose `obstacle` is nil.
  public init(_ generator: ResNetGenerator, precision: Precision = .float32) {
    self.generator = generator
    self.precision = precision
  }

  /// The image's translation: as large, with its alpha, bit depth and metadata; in colour, whatever it was before.
  ///
  /// Inside, the image is extended at its right and bottom by reflection to what the network takes, and cut back after.
  /// Throws `TranslationError` for an image that needs more memory than there is.
  public func translate(_ image: Image) throws -> Image {
    let multiple = ResNetGenerator.sizeMultiple
    func extended(_ size: Int) -> Int {
      max(Self.smallestSize, (size + multiple - 1) / multiple * multiple)
    }
    try checkMemory(pixels: extended(image.height) * extended(image.width))
    let channels = generator.configuration.inputChannels
    let input = image.array(channels: channels)
      .extendedByReflection(height: extended(image.height), width: extended(image.width))
    let output = withoutGradients(precision: precision) { generator(Tensor(input)) }
    var result = Image(array: output.value, metadata: image.metadata)
      .cropped(x: 0, y: 0, width: image.width, height: image.height)
    result.bitDepth = image.bitDepth
    return result.withAlpha(from: image)
  }

  private func checkMemory(pixels: Int) throws {
    let needed =
      pixels * generator.configuration.width * Self.bytesPerActivation
      + generator.parameterCount * Self.bytesPerParameter
    guard let available = memoryLimit ?? AvailableMemory.bytes, needed > available else { return }
    throw TranslationError.notEnoughMemory(needed: needed, available: available)
  }

  /// At the peak, as much as three float32 arrays of the image's full size are alive, each of the network's width.
  private static let bytesPerActivation = 3 * MemoryLayout<Float>.size
  /// Besides itself, a weight's transformed form takes four to nine times its memory.
  private static let bytesPerParameter = 6 * MemoryLayout<Float>.size

  /// Below this side the network's own reflections would reach past its activations.
  private static let smallestSize = 16
}

/// An image that cannot be translated; the file's name is for the caller to add.
public enum TranslationError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case notEnoughMemory(needed: Int, available: Int)

  public var description: String {
    switch self {
    case .notEnoughMemory(let needed, let available):
      "translating an image of this size takes about \(AvailableMemory.text(needed)) of memory, and "
        + "\(AvailableMemory.text(available)) are free: make the image smaller, or end other programs"
    }
  }

  public var errorDescription: String? { description }
}
