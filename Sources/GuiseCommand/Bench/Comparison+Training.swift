import ArgumentParser
import Checkpoints
import Foundation
import Layers
import Models
import Tensors
import Training

extension Comparison {
  static func trainingRecipe(size: Int) -> Recipe {
    var recipe = Recipe()
    (recipe.data.cropSize, recipe.data.loadSize) = (size, size)
    return recipe
  }

  /// Compares CycleGAN's training step, with its default recipe, on one pair of images.
  func training(size: Int) throws -> ComparisonResult {
    let recipe = Self.trainingRecipe(size: size)
    guard let benchmark = try CycleGANProject.benchmark(recipe) else {
      throw ValidationError("--train: CycleGAN has no benchmark")
    }
    let training = try BenchTraining(benchmark, recipe)
    try writeWeights(training.trainer.task)
    try write([NamedTensor("a", training.sample.a), NamedTensor("b", training.sample.b)], "images")
    let peers = try startPeers("train")

    var ourLosses: [[(name: String, value: Float)]] = []
    var theirLosses: [[String: Double]] = []
    let ourStep = { ourLosses.append(training.step()) }
    let theirStep = {
      let step: Step = try peers.ask("step")
      theirLosses.append(step.losses)
      return step.seconds
    }
    show(0, "first step")
    ourStep()
    _ = try theirStep()
    let seconds = try timeByTurns(ours: [ourStep], peers: [theirStep])

    var result = result(
      "train cyclegan", size: size, peers: peers, engines: ["Guise float32"] + peers.engines.map(\.title),
      seconds: seconds)
    let memory: Memory = try peers.ask("memory")
    for (index, bytes) in zip(result.engines.indices, [BenchResult.peakBytes, memory.bytes]) {
      result.engines[index].peakBytes = bytes
    }
    result.lossDifferences = try zip(ourLosses, theirLosses).prefix(2).map { ours, theirs in
      try ours.map { name, value in try Self.difference(Double(value), from: theirs[name], name) }.max() ?? 0
    }
    return result
  }

  private struct Step: Decodable {
    let seconds: Double
    let losses: [String: Double]
  }

  private struct Memory: Decodable {
    let bytes: Int
  }

  private static func difference(_ value: Double, from other: Double?, _ name: String) throws -> Double {
    guard let other else { throw PeerError("the peers' training step has no loss \(name)") }
    return abs(value - other) / abs(other)
  }

  private func writeWeights(_ task: CycleGAN) throws {
    let tensors = (task.generators + task.discriminators).flatMap { named in
      guard let network = named.network as? any Network else { return [NamedTensor]() }
      return NamedTensor.all(of: network, keys: NetworkDescription(of: network).tensorKeys).map {
        NamedTensor("\(named.name).\($0.name)", $0.array)
      }
    }
    try write(tensors, "weights")
  }
}
