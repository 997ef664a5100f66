import Checkpoints
import Models
import Tensors
import Threads

extension Comparison {
  private static let batches = [1, 8]
  /// The size for which EfficientNet-Lite0 was made.
  private static let side = 224

  /// Those of the ResNet generator's separable blocks, for an image of 256 pixels and one of 1024.
  private static let separable = [256, 1024].map { side in
    EfficientNetLite0Encoder.Depthwise(
      channels: 4 * ResNetGenerator.Configuration().width, side: side / 4, kernel: 3, stride: 1)
  }

  /// Compares the depthwise convolutions of EfficientNet-Lite0's encoder, those of the ResNet generator's separable blocks
  /// for a single image, and the gradients of both, each by itself. All of a
  /// side's are timed in one turn.
  func depthwise() throws -> DepthwiseResult {
    let peers = try startPeers("depthwise")
    let shapes = EfficientNetLite0Encoder.depthwise(imageSide: Self.side)
    let examples =
      Self.batches.flatMap { batch in shapes.map { DepthwiseExample($0, batch: batch) } }
      + Self.separable.map { DepthwiseExample($0, batch: 1) }
    let differences = try examples.enumerated().map { index, example in
      show(Double(index) / Double(examples.count), "checking results")
      try write(example.tensors, "example")
      let differences: [String: Double?] = try peers.ask("load example \(example.shape.stride)")
      return differences
    }

    let copy = MemoryCopy()
    let ours = { examples.flatMap { example in DepthwiseWork.allCases.map(example.seconds) } }
    let theirs = peers.engines.map { engine in
      {
        let times: Times = try peers.ask("run \(engine.name)")
        return times.seconds
      }
    }
    let medians = try byTurns([{ [copy.seconds()] }, ours] + theirs).map(Self.medians)
    let memorySpeed = Double(copy.bytes) / medians[0][0]

    let works = examples.indices.flatMap { index in DepthwiseWork.allCases.map { (index, $0) } }
    let results = works.enumerated().map { place, work in
      let (example, peers) = (examples[work.0], zip(peers.engines, medians[2...].map { $0[place] }))
      return DepthwiseResult.Convolution(
        shape: example.shape, batch: example.batch, work: work.1, medianSeconds: medians[1][place],
        peers: peers.map { DepthwiseResult.Peer(engine: $0.title, medianSeconds: $1) },
        memoryShare: Double(example.bytes) / medians[1][place] / memorySpeed,
        difference: differences[work.0][work.1.rawValue] ?? nil)
    }
    return DepthwiseResult(
      size: Self.side, threads: ThreadPool.threadCount, rounds: rounds, memoryBytesPerSecond: memorySpeed,
      convolutions: results)
  }

  private struct Times: Decodable {
    /// Of each example's works, in order.
    let seconds: [Double]
  }

  /// Of each place.
  private static func medians(_ turns: [[Double]]) -> [Double] {
    (turns.first ?? []).indices.map { place in BenchResult.median(turns.map { $0[place] }) }
  }
}
