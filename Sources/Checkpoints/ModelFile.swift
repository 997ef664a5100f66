import Foundation
import Layers
import Models
import Tensors

/// A trained model in a file: one of Guise's own, which describes itself, or a generator that PyTorch saved, recognised
/// from its tensors.
///
/// Tensors have the names and layout that the network's published files have, so that other programs can read them too; a
/// network that nobody else has files of has its own.
public struct ModelFile: Sendable {
  public let file: TensorFile
  public let description: ModelDescription
  /// False for a file that says nothing of itself; then the task is the one that such networks are used for, and
  /// CycleGAN's direction told from the name.
  public let isSelfDescribed: Bool
  /// What the file calls the network's tensors.
  let keys: [TensorKey]
  private let tensors: [String: StoredTensor]

  /// Opens `.safetensors` and PyTorch's files. Throws where the file is damaged or not a generator's.
  public init(contentsOf url: URL) throws(CheckpointError) {
    try self.init(TensorFile(contentsOf: url))
  }

  package init(_ file: TensorFile) throws(CheckpointError) {
    self.file = file
    // Names in the program's own files are the network's, whatever they begin with.
    isSelfDescribed = ModelDescription.isPresent(in: file.metadata)
    tensors = isSelfDescribed ? file.tensorsByName : file.tensorsWithoutPrefixes()
    do throws(MalformedFile) {
      let shapes = TensorShapes(tensors.mapValues(\.shape))
      if isSelfDescribed {
        description = try ModelDescription(metadata: file.metadata)
        keys = try Self.keys(of: description.network, in: shapes)
      } else {
        let found = try FileKind(shapes).generator(names: file.names, in: shapes)
        description = Self.description(of: found.network, named: file.url.lastPathComponent)
        keys = found.keys
      }
    } catch {
      throw CheckpointError(file.url, error.problem)
    }
  }

  /// What a file calls the tensors of the network that it describes.
  ///
  /// A description may say anything: it is held against the tensors, or, of a network that is not recognised from those,
  /// checked for sense, and its tensors then held against the file's before any of them is made.
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
    throw MalformedFile("is described as a generator (\(described.summary)), but \(problem)")
  }

  /// Of a file that does not say what its network is for.
  private static func description(of network: NetworkDescription, named name: String) -> ModelDescription {
    let task = network.usualTask ?? ""
    return ModelDescription(
      task: task, direction: task == "cyclegan" ? direction(fromName: name) : nil, network: network)
  }

  /// The toolkit writes `latest_net_G_A.pth` for A to B.
  private static func direction(fromName name: String) -> ModelDescription.Direction? {
    switch (name.contains("G_A"), name.contains("G_B")) {
    case (true, false): .aToB
    case (false, true): .bToA
    default: nil
    }
  }

  /// A generator that translates or colours images, with the file's weights, for the calling thread. Throws where the
  /// file holds another kind of network, or values that are not numbers.
  public func generator() throws(CheckpointError) -> any TranslationNetwork {
    guard let generator = description.network.makeTranslationNetwork() else {
      throw CheckpointError(
        file.url,
        "is a super-resolution network (\(description.network.summary)), expected was one that keeps an "
          + "image's size", use: .upscaling)
    }
    return try filled(generator)
  }

  /// A network that enlarges images, with the file's weights, for the calling thread. Throws where the file holds another
  /// kind of network, or values that are not numbers.
  public func upscaler() throws(CheckpointError) -> any UpscalingNetwork {
    guard let upscaler = description.network.makeUpscalingNetwork() else {
      let verb = description.isColorization ? "colours" : "translates"
      throw CheckpointError(
        file.url,
        "is a generator that \(verb) images (\(description.network.summary)), expected was a "
          + "super-resolution network", use: description.isColorization ? .colorization : .translation)
    }
    return try filled(upscaler)
  }

  private func filled<Filled: Layer>(_ network: Filled) throws(CheckpointError) -> Filled {
    try file.filling(network, keys: keys, from: tensors)
  }

  /// Writes a model file whole or not at all, in the names and layout that the network's files have. Throws
  /// `CheckpointError` where the description or the average is not the network's, and what writing throws.
  ///
  /// - Parameters:
  ///   - average: values to write in place of the parameters' own, in their order, such as `WeightAverage.values`.
  ///   - storage: of the weights; biases and norms' values, few as they are, stay float32.
  public static func write<Written: Network>(
    _ network: Written, average: [NDArray]? = nil, description: ModelDescription,
    storage: NamedTensor.Storage = .float32, to url: URL
  ) throws {
    let written = NetworkDescription(of: network)
    guard description.network == written else {
      throw CheckpointError(
        url, "was to be described as \(description.network.summary), and hold another network, \(written.summary)")
    }
    let keys = written.tensorKeys
    if let problem = keys.mismatch(with: network) { throw CheckpointError(url, "cannot be written: \(problem)") }
    guard average.map({ $0.map(\.shape) == network.parameters.map(\.shape) }) ?? true else {
      throw CheckpointError(url, "cannot be written: the average is not one of the network's parameters")
    }
    let tensors = NamedTensor.all(of: network, keys: keys, average: average, storage: storage)
    try Safetensors.write(tensors, metadata: description.metadata(), to: url)
  }
}
