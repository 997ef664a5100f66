import Foundation
import Images
import Kernels
import Models
import Tensors

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

  /// The image's translation: as large, with its alpha, bit depth and metadata; in colour, whatever it was before.
  ///
  /// Inside, the image is extended at its right and bottom by reflection to what the network takes, and cut back after.
  /// Throws `TranslationError` for an image that needs more memory than there is.
  public func translate(_ image: Image) throws -> Image {
    let multiple = generator.sizeMultiple
    func extended(_ size: Int) -> Int {
      max(generator.smallestSize, (size + multiple - 1) / multiple * multiple)
    }
    try checkMemory(pixels: extended(image.height) * extended(image.width))
    let input = image.array(channels: generator.inputChannels)
      .extendedByReflection(height: extended(image.height), width: extended(image.width))
    let output = withoutGradients(precision: precision) { generator(Tensor(input)) }
    var result = Image(array: output.value, metadata: image.metadata)
      .cropped(x: 0, y: 0, width: image.width, height: image.height)
    result.bitDepth = image.bitDepth
    return result.withAlpha(from: image)
  }

  private func checkMemory(pixels: Int) throws {
    let values = pixels * generator.valuesPerPixel + generator.parameterCount * generator.valuesPerParameter
    let needed = values * MemoryLayout<Float>.size
    guard let available = memoryLimit ?? AvailableMemory.bytes, needed > available else { return }
    throw TranslationError.notEnoughMemory(needed: needed, available: available)
  }
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
