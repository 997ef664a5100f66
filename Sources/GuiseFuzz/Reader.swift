import Checkpoints
import Datasets
import Foundation
import Images
import Training

/// The file readers under test, by the kind of file that they read.
enum Reader: String {
  case image, tensors, ncnn, recipe, idx, cifar, captions

  init?(_ file: URL) {
    let (name, pathExtension) = (file.lastPathComponent, file.pathExtension)
    if name.contains("-ubyte") {
      self = .idx
      return
    }
    if name.contains("_batch"), pathExtension == "bin" {
      self = .cifar
      return
    }
    if ImageFileKind(pathExtension: pathExtension)?.isRead == true {
      self = .image
      return
    }
    switch pathExtension.lowercased() {
    case "safetensors", "pth", "pt", "ckpt", "onnx": self = .tensors
    case "param": self = .ncnn
    case "yaml": self = .recipe
    case "tsv": self = .captions
    default: return nil
    }
  }

  /// The bytes that `read` takes. An ncnn graph is followed by a zero and the weights that lie beside it, so that mutants
  /// change both.
  func bytes(of file: URL) throws -> [UInt8] {
    let contents = try Array(Data(contentsOf: file))
    guard self == .ncnn else { return contents }
    return try contents + [0] + Data(contentsOf: file.deletingPathExtension().appendingPathExtension("bin"))
  }

  /// Reads as the commands do, and uses the contents as they would. An error is as good as a result: the call only has
  /// to return.
  func read(_ bytes: [UInt8], name: String) {
    switch self {
    case .image:
      for isLenient in [false, true] { try? Self.readImage(bytes, name: name, isLenient: isLenient) }
    case .tensors:
      try? Self.readTensors(TensorFile(Data(bytes), from: URL(filePath: name)))
    case .ncnn:
      try? Self.readTensors(Self.ncnnFile(bytes, name: name))
    case .recipe:
      _ = try? Recipe(yaml: String(decoding: bytes, as: UTF8.self), name: name)
    case .idx:
      _ = try? IDXFile(Data(bytes), path: name)
    case .cifar:
      _ = try? CIFARFile(Data(bytes), path: name)
    case .captions:
      _ = try? CaptionFile(Data(bytes), from: URL(filePath: name))
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
      for format in [ImageFileFormat.png, .jpeg(), .webP(), .tiff] { _ = try limited.encoded(as: format, path: name) }
    }
  }

  private static func ncnnFile(_ bytes: [UInt8], name: String) throws -> TensorFile {
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let url = URL(filePath: name)
    return try TensorFile(
      graph: Data(parts[0]), at: url, weights: Data(parts.count > 1 ? parts[1] : []), at: url, opened: url)
  }

  private static func readTensors(_ file: TensorFile) throws {
    _ = file.arrays()
    _ = ModelInspection(file).text(listingTensors: true)
    let model = try ModelFile(file)
    _ = try? model.generator()
    _ = try? model.upscaler()
  }
}
