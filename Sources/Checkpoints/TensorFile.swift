import Foundation
import Tensors

/// A file of named tensors, in safetensors, PyTorch's or ONNX's format, or the two files of a network in ncnn's. Opening it
/// checks its whole structure; values are converted on demand.
///
/// Reading never runs code from the file, and memory is bounded by a small multiple of the file's size.
public struct TensorFile: Sendable {
  public enum Format: String, Sendable {
    case safetensors = "safetensors"
    case pyTorchZip = "PyTorch (zip)"
    case pyTorchLegacy = "PyTorch (legacy)"
    case ncnn = "ncnn"
    case onnx = "ONNX"

    /// Nil for a file of another format, and for ncnn's weights, which have nothing in common.
    fileprivate init?(of contents: Data) {
      if NcnnGraph.recognises(contents) {
        self = .ncnn
      } else if Safetensors.recognises(contents) {
        self = .safetensors
      } else if ZipArchive.recognises(contents) {
        self = .pyTorchZip
      } else if PyTorchFile.recognisesLegacy(contents) {
        self = .pyTorchLegacy
      } else if ONNXFile.recognises(contents) {
        self = .onnx
      } else {
        return nil
      }
    }
  }

  public let url: URL
  public let format: Format
  /// A safetensors file's `__metadata__`, or an ONNX file's properties; empty for other formats.
  public let metadata: [String: String]
  /// The tensors in the file's order, with its names and, in PyTorch's layout, its shapes. Those of ncnn's files have the
  /// names and the order of the network's own files.
  public let tensors: [StoredTensor]
  /// The size of what holds the values, in bytes: the file's, or that of ncnn's weights.
  public private(set) var size: Int
  let source: TensorSource
  private let indices: [String: Int]
  private let contents: Data

  /// Opens a file. Its format is detected from its contents, whatever its extension, except that ncnn's weights are
  /// known by a graph of the same name beside them, as its weights are found.
  public init(contentsOf url: URL) throws(CheckpointError) {
    let contents = try Self.read(url)
    let base = url.deletingPathExtension()
    if NcnnGraph.recognises(contents) {
      let weights = base.appendingPathExtension("bin")
      try self.init(
        graph: contents, at: url, weights: Self.read(weights, besides: url), at: weights, opened: url)
    } else if url.pathExtension == "bin", Self.mayBeWeights(contents, besides: base.appendingPathExtension("param")) {
      let graph = base.appendingPathExtension("param")
      try self.init(graph: Self.read(graph, besides: url), at: graph, weights: contents, at: url, opened: url)
    } else {
      try self.init(contents, from: url)
    }
  }

  /// The same for contents in memory; `url` is only used in error messages.
  package init(_ contents: Data, from url: URL) throws(CheckpointError) {
    do throws(MalformedFile) {
      guard !contents.isEmpty else { throw MalformedFile("is empty") }
      switch Format(of: contents) {
      case .safetensors?:
        let parsed = try Safetensors.parse(contents)
        try self.init(url, .safetensors, metadata: parsed.metadata, tensors: parsed.tensors, contents: contents)
      case .pyTorchZip?: try self.init(url, .pyTorchZip, PyTorchFile.parseZip(contents), size: contents.count)
      case .pyTorchLegacy?: try self.init(url, .pyTorchLegacy, PyTorchFile.parseLegacy(contents), size: contents.count)
      case .onnx?:
        let parsed = try ONNXFile.parse(contents)
        try self.init(url, .onnx, metadata: parsed.metadata, tensors: parsed.tensors, contents: parsed.contents)
        size = contents.count
      case .ncnn?:
        throw MalformedFile("is a graph of ncnn's without its weights")
      case nil:
        throw Self.stranger(contents)
      }
    } catch {
      throw CheckpointError(url, error.problem)
    }
  }

  /// The same for the two files of ncnn's, `graph` being the text.
  ///
  /// - Parameter url: the one of the two that was asked for.
  package init(
    graph: Data, at graphURL: URL, weights: Data, at weightsURL: URL, opened url: URL
  ) throws(CheckpointError) {
    let (tensors, contents) = try NcnnFile.tensors(graph: graph, at: graphURL, weights: weights, at: weightsURL)
    do throws(MalformedFile) {
      try self.init(url, .ncnn, metadata: [:], tensors: tensors, contents: contents)
    } catch {
      throw CheckpointError(weightsURL, error.problem)
    }
  }

  private init(_ url: URL, _ format: Format, _ file: PyTorchFile.Parsed, size: Int) throws(MalformedFile) {
    try self.init(url, format, metadata: [:], tensors: file.tensors, contents: file.contents, source: file.source)
    self.size = size
  }

  private init(
    _ url: URL, _ format: Format, metadata: [String: String], tensors: [StoredTensor], contents: Data,
    source: TensorSource = TensorSource()
  ) throws(MalformedFile) {
    self.url = url
    self.format = format
    self.source = source
    size = contents.count
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

  /// The error of a file of no known format. What downloads often leave instead of a model is named.
  private static func stranger(_ contents: Data) -> MalformedFile {
    let beginning = String(decoding: contents.prefix(256), as: UTF8.self).drop { $0.isWhitespace }.lowercased()
    if beginning.hasPrefix("version https://git-lfs") {
      return MalformedFile("is Git LFS's stand-in for the file: fetch the file itself with git lfs pull")
    }
    if beginning.hasPrefix("<!doctype html") || beginning.hasPrefix("<html") {
      return MalformedFile("is a web page, not the file that was to be downloaded from it: download it again")
    }
    if contents.starts(with: [0x93] + Array("NUMPY".utf8)) {
      return MalformedFile(
        "is an array of NumPy's: save it by safetensors.numpy.save_file({\"values\": array}, name) instead")
    }
    return MalformedFile("is neither a safetensors file, one that PyTorch saved, an ONNX file, nor one of ncnn's")
  }

  /// Whether a file may be ncnn's weights, which may begin like any other format with a weak mark.
  private static func mayBeWeights(_ contents: Data, besides graph: URL) -> Bool {
    switch Format(of: contents) {
    case nil: true
    case .safetensors?, .pyTorchLegacy?, .onnx?: FileManager.default.fileExists(atPath: graph.path)
    default: false
    }
  }

  /// Reads the other of the two files of ncnn's.
  private static func read(_ url: URL, besides given: URL) throws(CheckpointError) -> Data {
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw CheckpointError(
        given,
        "is \(url.pathExtension == "bin" ? "a graph of ncnn's" : "no file of PyTorch's"), and \(url.lastPathComponent) "
          + "is not beside it: ncnn stores a network as the two, its graph (.param) and its weights (.bin)")
    }
    return try read(url)
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
