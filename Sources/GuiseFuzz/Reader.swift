import Checkpoints
import Foundation
import Images
import Training

/// What reads files from outside, by what files it reads.
enum Reader: String {
  case image, tensors, recipe

  init?(pathExtension: String) {
    switch pathExtension.lowercased() {
    case "png", "jpg", "jpeg": self = .image
    case "safetensors", "pth": self = .tensors
    case "yaml": self = .recipe
    default: return nil
    }
  }

  /// Reads as the commands do, and on to what they make of it. Errors are as good as results: what counts is to return.
  func read(_ bytes: [UInt8], name: String) {
    switch self {
    case .image:
      for isLenient in [false, true] { try? Self.readImage(bytes, name: name, isLenient: isLenient) }
    case .tensors:
      try? Self.readTensors(bytes, name: name)
    case .recipe:
      _ = try? Recipe(yaml: String(decoding: bytes, as: UTF8.self), name: name)
    }
  }

  /// Four megapixels.
  private static let largestPixelCount = 1 << 22

  private static func readImage(_ bytes: [UInt8], name: String, isLenient: Bool) throws {
    let options = ImageReadingOptions(largestPixelCount: largestPixelCount, isLenient: isLenient)
    var image = try Image(encoded: Data(bytes), path: name, options: options)
    // Metadata are written with few pixels.
    image = image.cropped(x: 0, y: 0, width: min(image.width, 8), height: min(image.height, 8))
    for policy in ImageMetadata.Policy.allCases {
      var limited = image
      limited.metadata = image.metadata.limited(to: policy)
      for format in [ImageFileFormat.png, .jpeg()] { _ = try limited.encoded(as: format, path: name) }
    }
  }

  private static func readTensors(_ bytes: [UInt8], name: String) throws {
    let file = try TensorFile(Data(bytes), from: URL(filePath: name))
    _ = file.arrays()
    _ = ModelInspection(file).text(listingTensors: true)
    let model = try ModelFile(file)
    _ = try? model.generator()
    _ = try? model.upscaler()
  }
}
