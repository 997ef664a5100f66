import Foundation
import Models
import Tensors

/// A trained model in a file: one of Guise's own, which describes itself, or a generator of the CycleGAN toolkit,
/// recognised from its tensors.
///
/// Tensors have PyTorch's names and layout in either, so that other programs can read them too.
public struct ModelFile: Sendable {
  public let file: TensorFile
  public let description: ModelDescription
  /// False for a file that says nothing of itself; then the task is CycleGAN's and the direction told from the name.
  public let isSelfDescribed: Bool
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
      let configuration = try NetworkKind(shapes).generatorConfiguration(names: file.names, shapes: shapes)
      isSelfDescribed = ModelDescription.isPresent(in: file.metadata)
      if isSelfDescribed {
        description = try ModelDescription(metadata: file.metadata)
        guard description.network == .resnet(configuration) else {
          throw MalformedFile("describes another network than it holds, a \(configuration.summary)")
        }
      } else {
        description = ModelDescription(
          task: "cyclegan", direction: Self.direction(fromName: file.url.lastPathComponent),
          network: .resnet(configuration))
      }
    } catch {
      throw CheckpointError(file.url, error.problem)
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

  /// A network with the file's weights, for the calling thread.
  public func generator() throws(CheckpointError) -> ResNetGenerator {
    switch description.network {
    case .resnet(let configuration):
      let generator = ResNetGenerator(configuration)
      let parameters = Dictionary(uniqueKeysWithValues: generator.namedParameters.map { ($0.name, $0.parameter) })
      let statistics = Dictionary(uniqueKeysWithValues: generator.namedStatistics.map { ($0.name, $0.statistic) })
      for key in ResNetGenerator.pyTorchKeys(for: configuration) {
        let value = try array(for: key)
        parameters[key.path]?.value = value
        statistics[key.path]?.value = value
      }
      return generator
    }
  }

  private func array(for key: PyTorchKey) throws(CheckpointError) -> NDArray {
    guard let tensor = tensors[key.key] else { throw CheckpointError(file.url, "lacks the tensor \(key.key)") }
    let array = file.array(of: tensor)
    guard array.withHostMemory({ $0.allSatisfy(\.isFinite) }) else {
      throw CheckpointError(
        file.url, "tensor \(tensor.name) holds values that are not numbers: its training failed, use an earlier one")
    }
    return key.layout == .vector ? array : Tensor(array).transposed(key.layout.axesFromPyTorch).value
  }

  /// Writes a model file whole or not at all, in PyTorch's names and layout.
  ///
  /// - Parameters:
  ///   - average: values to write in place of the parameters' own, in their order, such as `WeightAverage.values`.
  ///   - storage: of the weights; biases and norms' values, few as they are, stay float32.
  public static func write(
    _ generator: ResNetGenerator, average: [NDArray]? = nil, description: ModelDescription,
    storage: NamedTensor.Storage = .float32, to url: URL
  ) throws {
    precondition(
      description.network == .resnet(generator.configuration),
      "the description's network \(description.network) is not the generator's \(generator.configuration)")
    let tensors = NamedTensor.inPyTorchForm(
      generator, keys: ResNetGenerator.pyTorchKeys(for: generator.configuration), average: average, storage: storage)
    try Safetensors.write(tensors, metadata: description.metadata(), to: url)
  }
}

extension TensorFile {
  /// By name, without what parallel training and modules around a network put in front of every name.
  func tensorsWithoutPrefixes() -> [String: StoredTensor] {
    var prefix = ""
    while let longer = ["module.", "netG."].lazy.map({ prefix + $0 }).first(where: { candidate in
      !tensors.isEmpty && names.allSatisfy { $0.hasPrefix(candidate) }
    }) {
      prefix = longer
    }
    return Dictionary(uniqueKeysWithValues: tensors.map { (String($0.name.dropFirst(prefix.count)), $0) })
  }
}
