import Checkpoints
import Foundation
import Layers
import Models
import Tensors

extension Recipe {
  /// Gives a network's encoder the weights of `encoder.file`, if there is both. Throws `CheckpointError`.
  func fillEncoder(of network: any GeneratorNetwork) throws(CheckpointError) {
    guard let network = network as? any EncodingNetwork, !encoder.file.isEmpty else { return }
    network.encoder.take(weightsOf: try EfficientNetLite0(contentsOf: URL(filePath: encoder.file)).encoder)
  }

  /// Measures the statistics of the encoder's norms on what it sees in this run, such as gray photos, which the
  /// published encoder never saw.
  ///
  /// - Parameter inputs: batches of images.
  func fitEncoder(of network: any GeneratorNetwork, to inputs: [NDArray]) {
    guard let network = network as? any EncodingNetwork else { return }
    TrainingContext.measuringStatistics(batches: inputs.count, seed: seed, step: 0, includingFrozen: true) { batch in
      withoutGradients { _ = network.encoder(Tensor(inputs[batch])).value }
    }
  }

  /// The generator's parameters in groups with rates of their own: those of an encoder that has learnt before change
  /// slowly or not at all. Norms' values and biases do not decay. Nil, for one group, without such an encoder.
  func groups(of network: any GeneratorNetwork) -> [ParameterGroup]? {
    guard let network = network as? any EncodingNetwork, !(encoder.file.isEmpty && generator.initial.isEmpty) else {
      return nil
    }
    let frozen = encoder.frozen == 0 ? [] : network.encoder.firstParameters(blocks: encoder.frozen - 1)
    let learning = network.encoder.parameters.filter { parameter in !frozen.contains { $0 === parameter } }
    let others = network.parameters.filter { parameter in !network.encoder.parameters.contains { $0 === parameter } }
    func groups(_ parameters: [Parameter], rateFactor: Double) -> [ParameterGroup] {
      [
        ParameterGroup(
          parameters.filter { $0.role == .weight }, rateFactor: rateFactor, weightDecay: optimizer.weightDecay),
        ParameterGroup(parameters.filter { $0.role != .weight }, rateFactor: rateFactor),
      ]
    }
    return [ParameterGroup(frozen, isFrozen: true)] + groups(learning, rateFactor: encoder.rate)
      + groups(others, rateFactor: 1)
  }
}
