import Checkpoints
import Models
import Tensors
import Training

extension Comparison {
  /// The networks that the peers have as well.
  static let networks = ["resnet9", "resnet6", "rrdb", "srvgg", "span", "colorBins", "efficientnet-lite0"]

  /// Compares a network on one image.
  func forward(_ network: BenchNetwork, size: Int) throws -> ComparisonResult {
    let (generator, description) = try network.makeNetwork()
    let image = RandomImages.array("images", size: size, channels: description.inputChannels ?? 3)
    let precisions = Precision.allCases.filter { $0.obstacle == nil }
    let inference = RepeatedInference()
    func ours(_ precision: Precision) throws -> NDArray {
      try withoutGradients(precision: precision) { inference(Tensor(image)) { generator($0) } }.value
    }
    try write(
      NamedTensor.all(of: generator, keys: description.tensorKeys) + Self.constants(of: generator), "weights")
    try write([NamedTensor("input", image)], "input")
    let peers = try startPeers(network.name)
    let (engines, failed) = try prepare(peers)

    show(1, "checking results")
    let checks = try precisions.map { precision in
      try write([NamedTensor("output", ours(precision))], "output")
      let check: Check = try peers.ask("check")
      return check
    }

    // Twice more, since a GPU keeps its commands the second time.
    for precision in precisions { for _ in 0..<2 { _ = try ours(precision) } }
    let seconds = try timeByTurns(
      ours: precisions.map { precision in { try ours(precision).withHostMemory { _ in } } },
      peers: engines.map { engine in { try peers.seconds("run \(engine.engine.name)") } })
    var result = result(
      "forward \(network.name)", size: size, peers: peers,
      engines: precisions.map { "Guise \($0)" } + engines.map(\.engine.title), seconds: seconds)
    for (index, difference) in (checks.map(\.difference) + engines.map(\.difference)).enumerated() {
      result.engines[index].largestDifference = difference
    }
    if let guise = checks[0].error, let pytorch = checks[0].pytorchError {
      result.float64Error = ComparisonResult.Float64Error(guise: guise, pytorch: pytorch)
    }
    result.failed = failed
    return result
  }

  /// What a network computes with besides its own tensors, as PyTorch has it.
  private static func constants(of network: any Network) -> [NamedTensor] {
    guard network is ColorBinNetwork else { return [] }
    let axes = [\SIMD2<Float>.x, \SIMD2<Float>.y]
    let colors = axes.flatMap { axis in ColorBins.colors.map { $0[keyPath: axis] / 110 } }
    return [
      NamedTensor("colors", NDArray(colors, shape: [2, ColorBins.count, 1, 1])),
      NamedTensor("vividness", NDArray([ColorBinNetwork.usualVividness], shape: [1])),
    ]
  }

  /// A difference is nil if a value is not a number.
  private struct Check: Decodable {
    /// The largest difference from PyTorch's float32 output.
    let difference: Double?
    /// The largest errors against PyTorch's float64 output: ours, and that of PyTorch's float32.
    let error: Double?, pytorchError: Double?
  }

  struct Preparation: Decodable {
    let difference: Double?
  }

  typealias PreparedEngine = (engine: PeerProcess.Engine, difference: Double?)

  /// - Parameter first: the place of the first engine to be prepared.
  func prepare(
    _ peers: PeerProcess, from first: Int = 0
  ) throws -> ([PreparedEngine], [ComparisonResult.FailedEngine]) {
    var prepared: [PreparedEngine] = []
    var failed: [ComparisonResult.FailedEngine] = []
    for (index, engine) in peers.engines.enumerated().dropFirst(first) {
      show(Double(index) / Double(peers.engines.count), "preparing \(engine.title)")
      do {
        let preparation: Preparation = try peers.ask("prepare \(engine.name)")
        prepared.append((engine, preparation.difference))
      } catch let error as PeerProcess.Failure {
        failed.append(ComparisonResult.FailedEngine(engine: engine.title, reason: error.failure))
      }
    }
    return (prepared, failed)
  }
}
