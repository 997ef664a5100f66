import Checkpoints
import Foundation
import Images
import Training

/// The file readers under test, by the kind of file that they read.
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

  /// Reads as the commands do, and uses the contents as they would. An error is as good as a result: the call only has
  /// to return.
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

  /// Four megapixels: larger images would take too long.
  private static let largestPixelCount = 1 << 22

  private static func readImage(_ bytes: [UInt8], name: String, isLenient: Bool) throws {
    let options = ImageReadingOptions(largestPixelCount: largestPixelCount, isLenient: isLenient)
    var image = try Image(encoded: Data(bytes), path: name, options: options)
    // A few pixels suffice to write the metadata.
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
