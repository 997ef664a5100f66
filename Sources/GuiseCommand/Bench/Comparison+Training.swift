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
    let precisions = [Precision.float32, .float16].filter { $0.obstacle == nil }
    let trainings = try precisions.map { try Self.training(size: size, $0) }
    try writeWeights(trainings[0].trainer.task)
    let sample = trainings[0].sample
    try write([NamedTensor("a", sample.a), NamedTensor("b", sample.b)], "images")
    let peers = try startPeers("train")

    // The first engines compute in float32: their losses and their memory are compared before there are others.
    var ourLosses: [[(name: String, value: Float)]] = []
    var theirLosses: [[String: Double]] = []
    guard let first = peers.engines.first else { throw PeerError("the peers have no engine that trains") }
    let float32 = first.name
    show(0, "first steps")
    let _: Preparation = try peers.ask("prepare \(float32)")
    for _ in 0..<2 {
      ourLosses.append(trainings[0].step())
      let step: Step = try peers.ask("run \(float32)")
      theirLosses.append(step.losses)
    }
    let memory: Memory = try peers.ask("memory")
    let peaks = [BenchResult.peakBytes, memory.bytes]
    let (others, failed) = try prepare(peers, from: 1)
    let engines = [first] + others.map(\.engine)

    // Twice more, since a GPU keeps its commands the second time.
    for training in trainings { for _ in 0..<2 { _ = training.step() } }
    let seconds = try timeByTurns(
      ours: trainings.map { training in { _ = training.step() } },
      peers: engines.map { engine in { try peers.seconds("run \(engine.name)") } })
    var result = result(
      "train cyclegan", size: size, peers: peers,
      engines: precisions.map { "Guise \($0)" } + engines.map(\.title), seconds: seconds)
    for (index, bytes) in zip([0, precisions.count], peaks) { result.engines[index].peakBytes = bytes }
    result.failed = failed
    result.lossDifferences = try zip(ourLosses, theirLosses).map { ours, theirs in
      try ours.map { name, value in try Self.difference(Double(value), from: theirs[name], name) }.max() ?? 0
    }
    return result
  }

  /// With networks of its own, of the same weights in each precision.
  private static func training(size: Int, _ precision: Precision) throws -> BenchTraining<CycleGAN> {
    var recipe = trainingRecipe(size: size)
    recipe.optimizer.precision = precision
    guard let benchmark = try CycleGANProject.benchmark(recipe) else {
      throw ValidationError("--train: CycleGAN has no benchmark")
    }
    return try BenchTraining(benchmark, recipe)
  }

  private struct Step: Decodable {
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
