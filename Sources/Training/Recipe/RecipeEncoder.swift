import Checkpoints
import Datasets
import Foundation
import Layers
import Models
import Tensors

extension Recipe {
  /// Gives a network's encoder the weights of `encoder.file`, if there is both. Throws `RecipeProblem` if the file is not
  /// the encoder's.
  func fillEncoder(of network: any GeneratorNetwork) throws(RecipeProblem) {
    guard let network = network as? any EncodingNetwork, !encoder.file.isEmpty, !isResumed else { return }
    let file = try file(encoder.file, of: "encoder.file")
    do {
      network.encoder.take(weightsOf: try EfficientNetLite0(contentsOf: file).encoder)
    } catch {
      throw RecipeProblem("encoder.file", "encoder.file is unusable: \(error.description)")
    }
  }

  /// Measures the statistics of a new encoder's norms, which it keeps, on what it sees in this run, such as gray photos.
  ///
  /// - Parameter sample: makes the batch of a step. Several are joined where they are small, since few photos vary less
  ///   than all.
  func fitEncoder(
    of network: any GeneratorNetwork, to sample: (_ step: Int) throws -> SupervisedSample
  ) rethrows {
    guard let network = network as? any EncodingNetwork, generator.initial.isEmpty, !isResumed else { return }
    let joined = (Self.fittedPhotos + batch - 1) / batch
    let steps = 0..<Self.fittedBatches
    let inputs = try steps.map { place in
      concatenated(try (0..<joined).map { Tensor(try sample(place * joined + $0).input) }, axis: 0)
    }
    TrainingContext.measuringStatistics(batches: inputs.count, seed: seed, step: 0, includingFrozen: true) { place in
      withoutGradients { _ = network.encoder(inputs[place]).value }
    }
  }

  /// How many batches an encoder's statistics are measured on, and the photos in each.
  private static var fittedBatches: Int { 10 }
  private static var fittedPhotos: Int { 24 }

  /// The generator's parameters in groups with rates of their own: those of an encoder that has learnt before change
  /// slowly or not at all. Norms' values and biases do not decay. Nil, for one group, without such an encoder.
  func groups(of network: any GeneratorNetwork) -> [ParameterGroup]? {
    guard let network = network as? any EncodingNetwork, !(encoder.file.isEmpty && generator.initial.isEmpty) else {
      return nil
    }
    // Found by reflection, so asked for once.
    let encoderParameters = network.encoder.parameters
    let frozen = encoder.frozen == 0 ? [] : network.encoder.firstParameters(blocks: encoder.frozen - 1)
    let learning = encoderParameters.filter { parameter in !frozen.contains { $0 === parameter } }
    let others = network.parameters.filter { parameter in !encoderParameters.contains { $0 === parameter } }
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
