import Checkpoints
import Foundation
import Layers
import Models
import Tensors

/// Models of a run that goes on, or was stopped: generators of its newest checkpoint.
extension RunFolder {
  /// The names of the models that the run is to make: `AtoB` and `BtoA`, or one of them, `generator` and `classifier`, or one of these.
  ///
  /// Throws `RecipeError` for a folder without a recipe.
  public var modelNames: [String] {
    get throws {
      let recipe = try Recipe(contentsOf: self.recipe)
      return switch recipe.task.name {
      case CycleGANProject.name: ModelDescription.Direction.allCases.map(\.rawValue)
      case UnpairedProject<ContrastiveTranslation>.name: [recipe.data.direction.rawValue]
      case ClassificationProject.name: ["classifier"]
      case SemiSupervisedProject.name: ["classifier", "generator"]
      default: ["generator"]
      }
    }
  }

  /// Writes a model file with the weights, averaged if the run averages them, that the newest checkpoint has.
  ///
  /// Throws `CheckpointError` if there is no checkpoint, or none with such a generator, and what writing throws.
  public func writeNewestModel(_ name: String, to url: URL) throws {
    guard let step = checkpointSteps.last else {
      throw CheckpointError(file: root.relativePath, problem: "holds no checkpoint yet")
    }
    let file = try TensorFile(contentsOf: checkpoint(step: step))
    var recipe = try Recipe(contentsOf: self.recipe)
    recipe.isResumed = true
    let prefix = file.names.contains { $0.hasPrefix("\(name).") } ? name : "generator"
    guard let network = try recipe.generator(named: prefix, in: file) else {
      throw CheckpointError(
        file: checkpoint(step: step).relativePath, problem: "holds no generator \(name) of the run's recipe")
    }
    var description = ModelDescription(
      task: recipe.task.name,
      direction: ModelDescription.Direction(rawValue: name)
        ?? (recipe.key("data.direction") == nil ? nil : recipe.data.direction),
      network: NetworkDescription(of: network))
    (description.name, description.trainingSteps, description.version) = (self.name, step, GuiseVersion.current)
    let average = network.parameters.indices.map { file.array(named: "\(prefix).average.\($0)") }
    let isAveraged = !average.isEmpty && average.allSatisfy { $0 != nil }
    try ModelFile.write(
      network, average: isAveraged ? average.compactMap(\.self) : nil, description: description, to: url)
  }
}

extension Recipe {
  /// The recipe's generator with a checkpoint's weights; nil if the checkpoint has none such. What channels it has is told by
  /// the tensors, since recipes may leave that to the images.
  fileprivate func generator(named name: String, in file: TensorFile) throws -> (any GeneratorNetwork)? {
    for (input, output) in [(3, 3), (1, 1), (1, 3), (3, 1), (1, 2)] {
      let description = generator.network.generator(inputChannels: input, outputChannels: output)
      guard let description, description.problem == nil,
        let network: any GeneratorNetwork = description.makeTranslationNetwork() ?? description.makeUpscalingNetwork()
      else { continue }
      if fill(network, named: name, from: file) { return network }
    }
    return nil
  }

  /// Returns whether all values are there, with their shapes; otherwise nothing is changed.
  private func fill(_ network: any Layer, named name: String, from file: TensorFile) -> Bool {
    let parameters = network.namedParameters.map { ($0.parameter, file.array(named: "\(name).\($0.name)")) }
    let statistics = network.namedStatistics.map { ($0.statistic, file.array(named: "\(name).\($0.name)")) }
    guard parameters.allSatisfy({ $0.1?.shape == $0.0.value.shape }),
      statistics.allSatisfy({ $0.1?.shape == $0.0.value.shape })
    else { return false }
    for (parameter, value) in parameters { if let value { parameter.value = value } }
    for (statistic, value) in statistics { if let value { statistic.value = value } }
    return true
  }
}
