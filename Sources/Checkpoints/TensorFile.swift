import Foundation
import Tensors

/// A file of named tensors, in safetensors or PyTorch's format. Opening it checks its whole structure; values are
/// converted on demand.
///
/// Reading never runs code from the file, and memory is bounded by a small multiple of the file's size.
public struct TensorFile: Sendable {
  public enum Format: String, Sendable {
    case safetensors = "safetensors"
    case pyTorchZip = "PyTorch (zip)"
    case pyTorchLegacy = "PyTorch (legacy)"
  }

  public let url: URL
  public let format: Format
  /// A safetensors file's `__metadata__`; empty for other formats.
  public let metadata: [String: String]
  /// The tensors in the file's order, with its names and, in PyTorch's layout, its shapes.
  public let tensors: [StoredTensor]
  private let indices: [String: Int]
  private let contents: Data

  /// Opens a file. Its format is detected from its contents, whatever its extension.
  public init(contentsOf url: URL) throws(CheckpointError) {
    try self.init(Self.read(url), from: url)
  }

  /// The same for contents in memory; `url` is only used in error messages.
  package init(_ contents: Data, from url: URL) throws(CheckpointError) {
    do throws(MalformedFile) {
      guard !contents.isEmpty else { throw MalformedFile("is empty") }
      if Safetensors.recognises(contents) {
        let parsed = try Safetensors.parse(contents)
        try self.init(url, .safetensors, metadata: parsed.metadata, tensors: parsed.tensors, contents: contents)
      } else if ZipArchive.recognises(contents) {
        try self.init(url, .pyTorchZip, metadata: [:], tensors: PyTorchFile.parseZip(contents), contents: contents)
      } else if PyTorchFile.recognisesLegacy(contents) {
        try self.init(
          url, .pyTorchLegacy, metadata: [:], tensors: PyTorchFile.parseLegacy(contents), contents: contents)
      } else {
        throw MalformedFile("is neither a safetensors file nor one that PyTorch saved")
      }
    } catch {
      throw CheckpointError(url, error.problem)
    }
  }

  private init(
    _ url: URL, _ format: Format, metadata: [String: String], tensors: [StoredTensor], contents: Data
  ) throws(MalformedFile) {
    self.url = url
    self.format = format
    self.metadata = metadata
    self.tensors = tensors
    self.contents = contents
    var indices: [String: Int] = [:]
    for (index, tensor) in tensors.enumerated() {
      guard indices.updateValue(index, forKey: tensor.name) == nil else {
        throw MalformedFile("holds two tensors named \(tensor.name)")
      }
    }
    self.indices = indices
    // Views of one storage may overlap, but only a few do, where layers share weights.
    let values = tensors.reduce(0) { $0 + $1.shape.count }
    guard values <= 16 * contents.count else {
      throw MalformedFile("would expand to \(values) values, far more than its \(contents.count) bytes")
    }
  }

  /// The file's size, in bytes.
  public var size: Int { contents.count }

  public var names: [String] { tensors.map(\.name) }

  /// The values of a tensor; nil if the file has none of that name.
  public func array(named name: String) -> NDArray? {
    indices[name].map { tensors[$0].array(in: contents) }
  }

  /// - Parameter tensor: one of this file's `tensors`.
  func array(of tensor: StoredTensor) -> NDArray {
    tensor.array(in: contents)
  }

  /// The values of every tensor by name.
  public func arrays() -> [String: NDArray] {
    indices.mapValues { tensors[$0].array(in: contents) }
  }

  /// Read rather than memory-mapped, because the process would crash if another program truncated a mapped file.
  private static func read(_ url: URL) throws(CheckpointError) -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw CheckpointError(url, "there is no such file in \(url.deletingLastPathComponent().path)")
    }
    let resolved = url.resolvingSymlinksInPath()
    let type = try? FileManager.default.attributesOfItem(atPath: resolved.path)[.type] as? FileAttributeType
    guard !isFolder.boolValue, type == .typeRegular else {
      throw CheckpointError(
        url, "is \(isFolder.boolValue ? "a folder" : "not an ordinary file"), not a file of weights")
    }
    do {
      return try Data(contentsOf: resolved)
    } catch {
      throw CheckpointError(url, "could not be read: \(error.localizedDescription)")
    }
  }
}
