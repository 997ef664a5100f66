import Foundation
import Layers
import Models
import Tensors

/// A trained model in a file: either Guise's own, which describes itself and may be a classifier, or a generator that PyTorch saved or ncnn
/// or ONNX stores, which is recognised from its tensors.
///
/// Tensors have the names and layouts of the network's published files, so that other programs can read them too; a
/// network without published files has its own.
public struct ModelFile: Sendable {
  public let file: TensorFile
  public let description: ModelDescription
  /// False for a file without a description. Its task is then the usual one of its network, and CycleGAN's direction is
  /// inferred from the file's name.
  public let isSelfDescribed: Bool
  /// The names that the file gives the network's tensors.
  let keys: [TensorKey]
  /// Where the weights were found, if the file holds others of the same kind; for users.
  public let selection: String?
  private let tensors: NetworkTensors

  /// Opens safetensors, PyTorch and ONNX files, and ncnn's pairs by either. Throws if the file is damaged or holds no model.
  ///
  /// - Parameter direction: which of two generators in one file to take. It need not be that of a file with one.
  public init(
    contentsOf url: URL, direction: ModelDescription.Direction? = nil
  ) throws(CheckpointError) {
    try self.init(TensorFile(contentsOf: url), direction: direction)
  }

  package init(_ file: TensorFile, direction: ModelDescription.Direction? = nil) throws(CheckpointError) {
    self.file = file
    // The program's own files hold the network's names as they are, so no prefix must be removed.
    isSelfDescribed = ModelDescription.isPresent(in: file.metadata)
    do throws(MalformedFile) {
      if isSelfDescribed {
        tensors = NetworkTensors(all: file.tensors)
        selection = nil
        description = try ModelDescription(metadata: file.metadata)
        keys = try Self.keys(of: description.network, in: tensors.shapes)
      } else {
        let search = GeneratorSearch(file)
        let found = try search.generator(direction, in: file)
        tensors = found.tensors
        selection = search.selection(of: found, in: file)
        description = Self.description(
          of: found.network.network, named: [found.name, file.url.deletingPathExtension().lastPathComponent])
        keys = found.network.keys
      }
    } catch {
      throw CheckpointError(file.url, error.problem)
    }
  }

  /// The names that a file gives the tensors of the network that it describes. Throws if the description does not fit
  /// the tensors.
  ///
  /// A description may say anything, so it is compared with what is recognised from the tensors. If nothing is, it is
  /// checked for whether it can be built. Either way, the expected tensors are compared with the file's before any
  /// memory is allocated for them.
  private static func keys(
    of described: NetworkDescription, in tensors: TensorShapes
  ) throws(MalformedFile) -> [TensorKey] {
    let keys: [TensorKey]
    if let found = described.recognized(in: tensors) {
      guard found.network == described else {
        throw MalformedFile("describes another network than it holds (\(found.network.summary))")
      }
      keys = found.keys
    } else if let problem = described.problem {
      throw MalformedFile("describes a network that cannot be built (\(described.name)): \(problem)")
    } else {
      keys = described.tensorKeys
    }
    guard let problem = keys.mismatch(with: tensors) else { return keys }
    if case .generator(let other) = FileKind(tensors), other.network.name != described.name {
      throw MalformedFile("describes another network than it holds (\(other.network.summary))")
    }
    throw MalformedFile(
      "is described as a \(described.classes == nil ? "generator" : "model") (\(described.summary)), but \(problem)")
  }

  /// The description of a file that has none.
  ///
  /// - Parameter names: of the network in the file, and of the file.
  private static func description(of network: NetworkDescription, named names: [String]) -> ModelDescription {
    let task = network.usualTask ?? ""
    let direction = names.lazy.compactMap { GeneratorNames.direction(of: $0) }.first
    return ModelDescription(task: task, direction: task == "cyclegan" ? direction : nil, network: network)
  }

  /// A generator that translates or colours images, with the file's weights. It may only be used on the calling thread.
  /// Throws if the file holds another kind of network, or values that are not finite.
  ///
  /// - Parameter mode: how it behaves outside training, if not as described; of no effect on a network without a choice.
  public func generator(atTest mode: TestMode? = nil) throws(CheckpointError) -> any TranslationNetwork {
    let network = mode.flatMap { description.network.used($0) } ?? description.network
    guard let generator = network.makeTranslationNetwork() else {
      try checkIsGenerator()
      throw CheckpointError(
        file.url,
        "is a super-resolution network (\(description.network.summary)), expected one that keeps an "
          + "image's size", use: .upscaling)
    }
    return try filled(generator)
  }

  /// A network that enlarges images, with the file's weights. It may only be used on the calling thread. Throws if the
  /// file holds another kind of network, or values that are not finite.
  public func upscaler() throws(CheckpointError) -> any UpscalingNetwork {
    guard let upscaler = description.network.makeUpscalingNetwork() else {
      try checkIsGenerator()
      let verb = description.isColorization ? "colours" : "translates"
      throw CheckpointError(
        file.url,
        "is a generator that \(verb) images (\(description.network.summary)), expected a "
          + "super-resolution network", use: description.isColorization ? .colorization : .translation)
    }
    return try filled(upscaler)
  }

  private func checkIsGenerator() throws(CheckpointError) {
    if description.network.network is any SynthesisNetwork.Type {
      throw CheckpointError(
        file.url, "makes images from noise (\(description.network.summary)), expected a generator that takes images",
        use: .generation)
    }
    guard description.network.classes != nil else { return }
    throw CheckpointError(
      file.url,
      "is a classifier, which names what an image shows (\(description.network.summary)), expected a generator")
  }

  /// A network that makes images from noise, with the file's weights. It may only be used on the calling thread. Throws if
  /// the file holds another kind of network, or values that are not finite.
  public func synthesis() throws(CheckpointError) -> any SynthesisNetwork {
    guard let network = description.network.makeNetwork() as? any SynthesisNetwork else {
      throw CheckpointError(
        file.url,
        "does not make images from noise (\(description.network.summary)), expected a model of the task generation"
      )
    }
    func filled<N: SynthesisNetwork>(_ network: N) throws(CheckpointError) -> any SynthesisNetwork {
      try self.filled(network)
    }
    return try filled(network)
  }

  /// A network by whose features sets of images are compared. It may only be used on the calling thread. Throws if the file
  /// holds another kind of network, or values that are not finite.
  public func featureNetwork() throws(CheckpointError) -> any FeatureNetwork {
    guard let network = description.network.makeNetwork() as? any FeatureNetwork else {
      throw CheckpointError(
        file.url,
        "is a generator (\(description.network.summary)), expected a classifier, whose features can be compared")
    }
    func filled<N: FeatureNetwork>(_ network: N) throws(CheckpointError) -> any FeatureNetwork {
      try self.filled(network)
    }
    return try filled(network)
  }

  /// The generator with the file's weights, whatever it does. It may only be used on the calling thread. Throws if values are not
  /// finite.
  public func network() throws(CheckpointError) -> any GeneratorNetwork {
    if let upscaler = description.network.makeUpscalingNetwork() { return try filled(upscaler) }
    return try generator()
  }

  private func filled<Filled: Layer>(_ network: Filled) throws(CheckpointError) -> Filled {
    try file.filling(network, keys: keys, from: tensors)
  }

  /// Writes a model file atomically, with the names and layouts of the network's files. Throws a `CheckpointError` if
  /// the description or the average does not fit the network, and what writing throws.
  ///
  /// - Parameters:
  ///   - average: values to write instead of the parameters' own, in the same order, such as `WeightAverage.values`.
  ///   - storage: how weights are stored; biases and norms' values, being few, are always float32.
  public static func write<Written: Network>(
    _ network: Written, average: [NDArray]? = nil, description: ModelDescription,
    storage: NamedTensor.Storage = .float32, to url: URL
  ) throws {
    let written = NetworkDescription(of: network)
    guard description.network == written else {
      throw CheckpointError(
        url, "cannot be written: it would be described as \(description.network.summary), but hold \(written.summary)")
    }
    let keys = written.tensorKeys
    guard !keys.isEmpty else {
      throw CheckpointError(
        url, "cannot be written: no parameter of \(written.name) is found; layers must be its stored properties")
    }
    if let problem = keys.mismatch(with: network) { throw CheckpointError(url, "cannot be written: \(problem)") }
    guard average.map({ $0.map(\.shape) == network.parameters.map(\.shape) }) ?? true else {
      throw CheckpointError(url, "cannot be written: the average does not fit the network's parameters")
    }
    let tensors = NamedTensor.all(of: network, keys: keys, average: average, storage: storage)
    try Safetensors.write(tensors, metadata: description.metadata(), to: url)
  }
}
