import ArgumentParser
import Foundation
import Threads
import Training

/// Times training steps by several ranks on this machine against one process, in processes of their own.
struct RankScaling {
  private let command: BenchTrainCommand
  private let threads: Int

  init(_ command: BenchTrainCommand) throws {
    self.command = command
    threads = command.options.threads.threads ?? 1
  }

  private struct Outcome: Decodable {
    let medianSeconds: Double
    let ranks: RankTimes?
  }

  private struct Row: Encodable {
    let ranks: Int
    let imagesPerSecond: Double
    /// Of one process with the threads of all ranks and their images in one batch.
    let imagesPerSecondOfOneProcess: Double
    let waitingShare: Double
    /// By gigabytes a second of a link.
    let predictedShares: [String: Double]
  }

  func run(_ counts: [Int]) throws {
    let batch = command.options.batch
    let alone = try outcome(ranks: 1, threads: threads, batch: batch).medianSeconds
    let model = LinkModel(gradients: try gradientBytes(), computation: alone)
    let rows = try counts.map { count in
      let together = try outcome(ranks: count, threads: threads, batch: batch)
      let one = try outcome(ranks: 1, threads: threads * count, batch: batch * count)
      let images = Double(batch * count)
      return Row(
        ranks: count, imagesPerSecond: images / together.medianSeconds,
        imagesPerSecondOfOneProcess: images / one.medianSeconds, waitingShare: together.ranks?.waitingShare ?? 0,
        predictedShares: Dictionary(
          uniqueKeysWithValues: LinkModel.links.map { (String(Int($0)), model.share(ranks: count, link: $0)) }))
    }
    if command.options.json {
      for row in rows { try JSONLine.write(row) }
    } else {
      print(text(rows, alone: Double(batch) / alone, model))
    }
  }

  private func text(_ rows: [Row], alone: Double, _ model: LinkModel) -> String {
    func percent(_ share: Double) -> String { String(format: "%.1f%%", 100 * share) }
    let links = LinkModel.links.map { "\(Int($0)) GB/s" }
    let table = TextTable.text(
      header: ["ranks", "images/s", "one process", "ratio", "waiting"] + links,
      rows: [["1", TextTable.number(alone, digits: 2), "", "", ""] + links.map { _ in "" }]
        + rows.map { row in
          [
            "\(row.ranks)", TextTable.number(row.imagesPerSecond, digits: 2),
            TextTable.number(row.imagesPerSecondOfOneProcess, digits: 2),
            TextTable.number(row.imagesPerSecond / row.imagesPerSecondOfOneProcess, digits: 2),
            percent(row.waitingShare),
          ] + LinkModel.links.map { percent(model.share(ranks: row.ranks, link: $0)) }
        })
    return """
      \(table)

      Ranks of \(threads) threads on this machine, and one process of as many threads and images a step as all of them. The last \
      columns are a model of machines of their own: the share of a step that moving \(model.gradients / 1_000_000) MB of gradients \
      takes, in a ring, twice over each link in both directions at once, at the link's full speed, without delay and without \
      computing meanwhile.
      """
  }

  private func gradientBytes() throws -> Int {
    func bytes<Project: TrainingProject>(_ project: Project.Type) throws -> Int {
      guard let task = try project.benchmark(command.recipe)?.task else {
        throw ValidationError("--task: \(project.name) has no benchmark")
      }
      return (task.generators + task.discriminators).reduce(0) { $0 + 4 * $1.network.parameterCount }
    }
    return try bytes(command.task.task)
  }

  /// Of this benchmark in a process of its own, or in one for each rank.
  private func outcome(ranks: Int, threads: Int, batch: Int) throws -> Outcome {
    let process = Process()
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var arguments = [
      own, "bench", "train", "--task", command.task.task.name, "--size", "\(command.options.size)", "--batch",
      "\(batch)",
      "--repeats", "\(command.options.repeats)", "--threads", "\(threads)", "--device", "\(command.device.device)",
      "--precision", command.precision.precision.rawValue, "--json",
    ]
    if command.recompute { arguments.append("--recompute") }
    if ranks > 1 { arguments = ["mpirun", "-n", "\(ranks)"] + arguments }
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    // More ranks than processors, and threads that the launcher does not tie to one; MPICH allows both without asking.
    process.environment = ProcessInfo.processInfo.environment.merging([
      "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none",
    ]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard process.terminationStatus == 0, let result = try? decoder.decode(Outcome.self, from: text) else {
      throw PeerError(
        "\(ranks) ranks cannot be timed: \(arguments.joined(separator: " ")) ended with status "
          + "\(process.terminationStatus); it needs mpirun of Open MPI or MPICH")
    }
    return result
  }
}
