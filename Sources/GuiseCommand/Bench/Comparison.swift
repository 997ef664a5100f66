import Checkpoints
import Foundation
import Tensors
import Threads

/// Runs Guise and its peers alternately, with the same weights and images; each sleeps while another computes.
final class Comparison {
  let folder = FileManager.default.temporaryDirectory.appending(path: "guise-compare-\(UUID().uuidString)")
  private let python: String
  let rounds: Int
  private let display = ProgressDisplay(isQuiet: false)

  /// In seconds: an engine's idle threads spin for a while before they sleep, which would slow the next engine down.
  private static let pause = 0.1

  init(python: String, rounds: Int) throws {
    self.python = python
    self.rounds = rounds
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  func startPeers(_ work: String) throws -> PeerProcess {
    show(0, "starting \(python)")
    return try PeerProcess(
      python: python, folder: folder, work: work, threads: ThreadPool.threadCount,
      onGPU: !ComputeDevice.current.isProcessor)
  }

  /// Writes `name.safetensors` for the peers.
  func write(_ tensors: [NamedTensor], _ name: String) throws {
    try Safetensors.write(tensors, to: folder.appending(path: "\(name).safetensors"))
  }

  func show(_ fraction: Double, _ text: String) {
    display.show(fraction: fraction, text: text, line: text)
  }

  /// Runs each side once per round, and returns each one's times in seconds, ours first.
  func timeByTurns(ours: [() throws -> Void], peers: [() throws -> Double]) throws -> [[Double]] {
    try byTurns(ours.map { run in { try ContinuousClock().measure(run) / .seconds(1) } } + peers)
  }

  /// Runs each side once per round, and returns what each one's runs return.
  func byTurns<Turn>(_ sides: [() throws -> Turn]) throws -> [[Turn]] {
    var turns = sides.map { _ in [Turn]() }
    for round in 0..<rounds {
      show(Double(round) / Double(rounds), "round \(round + 1) of \(rounds)")
      for (index, side) in sides.enumerated() {
        Thread.sleep(forTimeInterval: Self.pause)
        turns[index].append(try side())
      }
    }
    display.clear()
    return turns
  }

  /// - Parameters:
  ///   - engines: the names of those that ran, ours first.
  ///   - seconds: of each side's runs, ours first.
  func result(
    _ name: String, size: Int, peers: PeerProcess, engines: [String], seconds: [[Double]]
  ) -> ComparisonResult {
    let medians = seconds.map(BenchResult.median)
    let engines = zip(engines, seconds).enumerated().map { index, side in
      ComparisonResult.Engine(
        engine: side.0, medianSeconds: medians[index], minSeconds: side.1.min() ?? 0,
        guiseSpeed: medians[index] / medians[0])
    }
    return ComparisonResult(
      comparison: name, size: size, threads: ThreadPool.threadCount, rounds: rounds, engines: engines,
      notInstalled: peers.missing)
  }
}
