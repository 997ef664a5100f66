import Foundation
import Layers
import Models
import Tensors

/// A trained model in a file: one of Guise's own, which describes itself, or a generator that PyTorch saved, recognised
/// from its tensors.
///
/// Tensors have PyTorch's names and layout in either, so that other programs can read them too.
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
    tensors = file.tensorsWithoutPrefixes()
    do throws(MalformedFile) {
      let shapes = tensors.mapValues(\.shape)
      let found = try NetworkKind(shapes).generator(names: file.names, shapes: shapes)
      keys = found.keys
      isSelfDescribed = ModelDescription.isPresent(in: file.metadata)
      if isSelfDescribed {
        description = try ModelDescription(metadata: file.metadata)
        guard description.network == found.network.takingUntold(from: description.network) else {
          throw MalformedFile("describes another network than it holds (\(found.network.summary))")
        }
      } else {
        description = Self.description(of: found.network, named: file.url.lastPathComponent)
      }
    } catch {
      throw CheckpointError(file.url, error.problem)
    }
  }

  /// What a network is used for that does not say.
  private static func description(of network: ModelDescription.Network, named name: String) -> ModelDescription {
    func task(_ channels: (Int, Int), else other: String) -> String { channels == (1, 2) ? "colorization" : other }
    switch network {
    case .resnet(let configuration):
      let task = task((configuration.inputChannels, configuration.outputChannels), else: "cyclegan")
      return ModelDescription(task: task, direction: direction(fromName: name), network: network)
    case .unet(let configuration):
      let task = task((configuration.inputChannels, configuration.outputChannels), else: "paired")
      return ModelDescription(task: task, network: network)
    case .rrdb, .srvgg, .msrresnet, .srresnet:
      return ModelDescription(task: "super-resolution", network: network)
    }
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
    guard let generator = description.network.makeGenerator() else {
      throw CheckpointError(
        file.url, "is a super-resolution network (\(description.network.summary)): use guise upscale")
    }
    return try filled(generator)
  }

  /// A network that enlarges images, with the file's weights, for the calling thread. Throws where the file holds another
  /// kind of network, or values that are not numbers.
  public func upscaler() throws(CheckpointError) -> any UpscalingNetwork {
    guard let upscaler = description.network.makeUpscaler() else {
      let (verb, command) = description.isColorization ? ("colours", "colorize") : ("translates", "translate")
      throw CheckpointError(
        file.url, "is a generator that \(verb) images (\(description.network.summary)): use guise \(command)")
    }
    return try filled(upscaler)
  }

  private func filled<Network: Layer>(_ network: Network) throws(CheckpointError) -> Network {
    try file.filling(network, keys: keys, from: tensors)
  }

  /// Writes a model file whole or not at all, in PyTorch's names and layout.
  ///
  /// - Parameters:
  ///   - average: values to write in place of the parameters' own, in their order, such as `WeightAverage.values`.
  ///   - storage: of the weights; biases and norms' values, few as they are, stay float32.
  public static func write<Network: Network>(
    _ network: Network, average: [NDArray]? = nil, description: ModelDescription,
    storage: NamedTensor.Storage = .float32, to url: URL
  ) throws {
    precondition(
      description.network.describes(network),
      "the description's network \(description.network) is not the one to write, \(network.configuration)")
    let tensors = NamedTensor.inPyTorchForm(
      network, keys: Network.tensorKeys(for: network.configuration), average: average, storage: storage)
    try Safetensors.write(tensors, metadata: description.metadata(), to: url)
  }
}
