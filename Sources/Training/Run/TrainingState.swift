import Checkpoints
import Foundation
import Layers
import Tensors

/// The contents of a checkpoint: everything that a run's next steps depend on.
///
/// Random draws and the order of images are functions of the seed and the step, and need no state.
public struct TrainingState: Sendable {
  public var step: Int
  /// Networks, optimisers' moments, averages and pools by name.
  public var arrays: [(name: String, array: NDArray)]
  /// Whether samples, measurements and models that are due after the step are still to be made.
  public var leavesWork = false
  /// What computed the steps; nil in checkpoints of earlier versions.
  public internal(set) var device: String?
  /// How many ranks took the steps.
  public var ranks = 1

  private static let kind = "guise training checkpoint"

  /// Writes a checkpoint atomically.
  public func write(to url: URL, recipe: Recipe) throws {
    try Safetensors.write(
      arrays.map { NamedTensor($0.name, $0.array) },
      metadata: [
        "kind": Self.kind, "step": String(step), "recipe": recipe.yaml, "device": ComputeDevice.current.identity,
      ]
      .merging(leavesWork ? ["leavesWork": "true"] : [:]) { $1 }
      .merging(ranks > 1 ? ["ranks": String(ranks)] : [:]) { $1 }, to: url)
  }

  /// The first array with a value that is not finite; nil if all values are.
  public var nonFinite: String? {
    arrays.first { !$0.array.withHostMemory { $0.allSatisfy(\.isFinite) } }?.name
  }

  /// Throws `CheckpointError` for a file that is not a checkpoint.
  public init(contentsOf url: URL) throws {
    let file = try TensorFile(contentsOf: url)
    guard file.metadata["kind"] == Self.kind, let step = file.metadata["step"].flatMap({ Int($0) }) else {
      throw CheckpointError(file: url.lastPathComponent, problem: "is not a checkpoint of a training run")
    }
    self.step = step
    device = file.metadata["device"]
    leavesWork = file.metadata["leavesWork"] == "true"
    ranks = file.metadata["ranks"].flatMap { Int($0) } ?? 1
    arrays = file.names.compactMap { name in file.array(named: name).map { (name, $0) } }
  }

  init(step: Int, arrays: [(name: String, array: NDArray)]) {
    self.step = step
    self.arrays = arrays
  }
}

extension Trainer {
  /// The state from which a run resumes exactly.
  public var state: TrainingState {
    var arrays: [(name: String, array: NDArray)] = []
    for network in task.generators + task.discriminators {
      for (name, parameter) in network.network.namedParameters {
        arrays.append(("\(network.name).\(name)", parameter.value))
      }
      for (name, statistic) in network.network.namedStatistics {
        arrays.append(("\(network.name).\(name)", statistic.value))
      }
    }
    for (name, optimizer) in namedOptimizers {
      arrays += Self.numbered("\(name).firstMoment", optimizer.state.firstMoments)
      arrays += Self.numbered("\(name).secondMoment", optimizer.state.secondMoments)
    }
    for (generator, average) in zip(task.generators, averages) {
      arrays += Self.numbered("\(generator.name).average", average.values)
    }
    return TrainingState(step: step, arrays: arrays + task.memory.map { ("memory.\($0.name)", $0.array) })
  }

  /// Restores the state of a checkpoint.
  ///
  /// - Parameter file: the checkpoint's name, for errors.
  ///
  /// Throws `CheckpointError`, and changes nothing, if the checkpoint lacks what this trainer's networks need.
  public func restore(_ state: TrainingState, file: String) throws {
    let found = Dictionary(state.arrays.map { ($0.name, $0.array) }, uniquingKeysWith: { first, _ in first })
    // A run may be resumed with an average that it did not have.
    let hasAverages = task.generators.contains { found["\($0.name).average.0"] != nil }
    let needed = self.state.arrays.filter { name, _ in
      !name.hasPrefix("memory.") && (hasAverages || !averageNames.contains(name))
    }
    for (name, array) in needed {
      guard let stored = found[name], stored.shape == array.shape else {
        let problem = found[name].map { "holds \(name) with the shape \($0.shape)" } ?? "lacks \(name)"
        throw CheckpointError(file: file, problem: "\(problem), and this run's networks need \(array.shape)")
      }
    }
    func array(_ name: String) -> NDArray { found[name]! }
    step = state.step
    for network in task.generators + task.discriminators {
      for (name, parameter) in network.network.namedParameters { parameter.value = array("\(network.name).\(name)") }
      for (name, statistic) in network.network.namedStatistics { statistic.value = array("\(network.name).\(name)") }
    }
    for (name, optimizer) in namedOptimizers {
      let places = optimizer.parameters.indices
      optimizer.restore(
        Adam.State(
          step: stepsOfPhase * (optimizer === discriminatorOptimizer ? task.discriminatorSteps : 1),
          firstMoments: places.map { array("\(name).firstMoment.\($0)") },
          secondMoments: places.map { array("\(name).secondMoment.\($0)") }))
    }
    if !hasAverages { beginAverages() }
    for (index, generator) in task.generators.enumerated() where hasAverages && index < averages.count {
      averages[index].values = averages[index].values.indices.map { array("\(generator.name).average.\($0)") }
    }
    task.memory = state.arrays.filter { $0.name.hasPrefix("memory.") }.map {
      (String($0.name.dropFirst("memory.".count)), $0.array)
    }
  }

  private var averageNames: Set<String> {
    Set(
      zip(task.generators, averages).flatMap { generator, average in
        average.values.indices.map { "\(generator.name).average.\($0)" }
      })
  }

  private var namedOptimizers: [(name: String, optimizer: Adam)] {
    [("generatorOptimizer", generatorOptimizer), ("discriminatorOptimizer", discriminatorOptimizer)]
  }

  private static func numbered(_ name: String, _ arrays: [NDArray]) -> [(name: String, array: NDArray)] {
    arrays.enumerated().map { ("\(name).\($0.offset)", $0.element) }
  }
}
