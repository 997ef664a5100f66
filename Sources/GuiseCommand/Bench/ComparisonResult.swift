import Foundation

/// The time that each engine takes for the same task, and how far its results are from PyTorch's.
struct ComparisonResult: Encodable {
  struct Engine: Encodable {
    var engine: String
    var medianSeconds: Double
    var minSeconds: Double
    /// Guise's speed as a multiple of this engine's.
    var guiseSpeed: Double
    /// From PyTorch's float32 output; only for networks.
    var largestDifference: Double?
    /// Of the whole process; only for training.
    var peakBytes: Int?
  }

  struct FailedEngine: Encodable {
    var engine: String
    var reason: String
  }

  /// The largest errors of Guise and PyTorch in float32, against PyTorch in float64.
  struct Float64Error: Encodable {
    var guise: Double
    var pytorch: Double

    /// How many times as large as PyTorch's error Guise's may be, as the price of its speed.
    static let limit = 8
  }

  var comparison: String
  var size: Int
  var threads: Int
  var rounds: Int
  /// Guise first.
  var engines: [Engine]
  var notInstalled: [PeerProcess.MissingEngine]
  var failed: [FailedEngine] = []
  var float64Error: Float64Error?
  /// The largest relative differences from PyTorch's losses in the first two training steps. The first shows that the
  /// losses agree; the second that gradients and optimisers do, although Adam's first step magnifies rounding.
  var lossDifferences: [Double]?

  var text: String {
    let title = "\(comparison), 1 x \(size)x\(size), \(threads) threads, \(rounds) rounds by turns"
    var lines = notInstalled.map { "not installed: \($0.engine) (pip install \($0.packages.joined(separator: " ")))" }
    lines += failed.map { "failed: \($0.engine): \($0.reason)" }
    if let float64Error {
      let (guise, pytorch) = (float64Error.guise, float64Error.pytorch)
      lines.append(
        "largest error against float64: Guise \(TextTable.small(guise)), PyTorch \(TextTable.small(pytorch)): "
          + "\(TextTable.number(guise / pytorch, digits: 1)) times as large, expected at most \(Float64Error.limit)")
    }
    if let lossDifferences {
      let differences = lossDifferences.map { TextTable.small($0) }.joined(separator: " in the first step and ")
      lines.append("losses differ from PyTorch's by at most \(differences) in the second, relatively")
    }
    return ([title, "", table] + (lines.isEmpty ? [] : [""]) + lines).joined(separator: "\n")
  }

  private var table: String {
    let hasMemory = engines.contains { $0.peakBytes != nil }
    return TextTable.text(
      header: ["engine", "median s", "minimum s", hasMemory ? "peak MiB" : "difference", "Guise's speed"],
      rows: engines.map { engine in
        [
          engine.engine, TextTable.number(engine.medianSeconds, digits: 3),
          TextTable.number(engine.minSeconds, digits: 3),
          hasMemory ? engine.peakBytes.map { String($0 >> 20) } ?? "" : TextTable.small(engine.largestDifference),
          "\(TextTable.number(engine.guiseSpeed, digits: 2)) x",
        ]
      })
  }
}
