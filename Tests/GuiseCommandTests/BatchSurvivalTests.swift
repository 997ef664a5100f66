import Foundation
import Images
import Tensors
import Testing

/// Batches that are killed, and batches that share a folder.
@Suite struct BatchSurvivalTests {
  private let guise: GuiseProgram
  private static let count = 240

  init() throws {
    guise = try GuiseProgram()
    try guise.writeModel("model.safetensors")
    for i in 0..<Self.count {
      try guise.writeImage(
        "in/\(i % 7)/\(i).png", width: 40, height: 30 + i % 5, color: [0.3, Float(i % 10) / 10, 0.6])
    }
  }

  private func translate(
    to output: String, _ arguments: [String] = [], whileRunning: (Process) throws -> Void = { _ in }
  ) throws -> GuiseProgram.Result {
    let command = ["translate", "-i", "in", "-o", output, "-m", "model.safetensors", "--threads", "1", "--quiet"]
    return try guise.run(command + arguments, whileRunning: whileRunning)
  }

  private func expectWhole(_ output: String, sameAs expected: String) throws {
    for i in 0..<Self.count {
      let path = "\(i % 7)/\(i).png"
      #expect(try Data(contentsOf: guise["\(output)/\(path)"]) == Data(contentsOf: guise["\(expected)/\(path)"]))
    }
  }

  /// The number of times that each result was finished.
  private func timesFinished(in output: String) throws -> [String: Int] {
    let lines = try String(contentsOf: guise["\(output)/.guise-journal"], encoding: .utf8).split(separator: "\n")
    let records = lines.compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    return Dictionary(grouping: records.compactMap { $0["output"] as? String }, by: { $0 }).mapValues(\.count)
  }

  private func finished(in output: String) -> Int { (try? timesFinished(in: output).count) ?? 0 }

  /// Waits until a process has finished some more results.
  private func wait(for count: Int, more output: String, _ process: Process) {
    let start = finished(in: output)
    while process.isRunning && finished(in: output) < start + count { usleep(200) }
  }

  /// Whether a folder has half-written files.
  private func hasTemporaryFiles(_ output: String) -> Bool {
    (0..<7).contains { folder in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: guise["\(output)/\(folder)"].path)) ?? []
      return names.contains { $0.hasSuffix(".tmp") }
    }
  }

  /// Every kill comes after the process has finished at least one result. On a busy machine it may come so late that all are
  /// done; the next ones then fall into a new batch.
  @Test func thirtyKillsLeaveNothingHalfDoneAndLittleDoneTwice() throws {
    #expect(try translate(to: "whole").status == 0)
    var kills = [0]
    for attempt in 0..<90 where kills.reduce(0, +) < 30 {
      let result = try killed(in: "killed\(kills.count)", attempt)
      if result.status == SIGKILL {
        kills[kills.count - 1] += 1
      } else {
        #expect(result.status == 0, "\(result.errors)")
        kills.append(0)
      }
    }
    #expect(kills.reduce(0, +) == 30)
    for (batch, kills) in kills.enumerated() where kills > 0 { try expectSurvival(in: "killed\(batch + 1)", of: kills) }
  }

  private func killed(in output: String, _ attempt: Int) throws -> GuiseProgram.Result {
    try translate(to: output) { process in
      wait(for: 1 + attempt % 2, more: output, process)
      if attempt % 3 == 0 {
        // Kills in the middle of writing a file, if one is caught.
        for _ in 0..<50 where !hasTemporaryFiles(output) { usleep(50) }
      } else {
        usleep(UInt32(Random(seed: 1, purpose: "kills").integer(in: 0..<3_000, at: attempt)))
      }
      Foundation.kill(process.processIdentifier, SIGKILL)
    }
  }

  private func expectSurvival(in output: String, of kills: Int) throws {
    let rest = try translate(to: output)
    #expect(rest.status == 0 && rest.errors.isEmpty, "\(rest.errors)")
    try expectWhole(output, sameAs: "whole")
    let times = try timesFinished(in: output)
    #expect(times.count == Self.count)
    // A kill may fall between a result's line in the journal and its renaming; two files are saved at a time.
    #expect(times.values.reduce(0, +) <= Self.count + 2 * kills)
    for folder in 0..<7 {
      let names = try FileManager.default.contentsOfDirectory(atPath: guise["\(output)/\(folder)"].path)
      #expect(names.allSatisfy { $0.hasSuffix(".png") })
    }
  }

  /// The first process is stopped after its first results until the second has made some too.
  @Test func twoProcessesShareAFolder() throws {
    #expect(try translate(to: "alone").status == 0)
    var second: GuiseProgram.Result?
    let first = try translate(to: "shared", ["--json"]) { firstProcess in
      wait(for: 1, more: "shared", firstProcess)
      kill(firstProcess.processIdentifier, SIGSTOP)
      second = try translate(to: "shared", ["--json"]) { secondProcess in
        waitForOther(than: firstProcess, more: "shared", secondProcess)
        kill(firstProcess.processIdentifier, SIGCONT)
      }
    }
    #expect(first.status == 0 && second?.status == 0)
    let made = [first, second].map { madeBy($0) }
    #expect(made.allSatisfy { $0 > 0 } && made.reduce(0, +) == Self.count, "\(made)")
    try expectWhole("shared", sameAs: "alone")
    #expect(try timesFinished(in: "shared") == timesFinished(in: "alone"))
    #expect(try timesFinished(in: "shared").values.allSatisfy { $0 == 1 })
  }

  private func madeBy(_ result: GuiseProgram.Result?) -> Int {
    result?.output.split(separator: "\n").count { $0.contains("\"status\":\"done\"") } ?? 0
  }

  /// Waits until a process has finished a result while another is stopped. In case the stopped one holds the lock for
  /// appending to the journal, it may go on for a moment.
  private func waitForOther(than stopped: Process, more output: String, _ process: Process) {
    var start = finished(in: output)
    while process.isRunning {
      for _ in 0..<1000 where process.isRunning && finished(in: output) == start { usleep(200) }
      if finished(in: output) > start { return }
      kill(stopped.processIdentifier, SIGCONT)
      usleep(1000)
      kill(stopped.processIdentifier, SIGSTOP)
      start = finished(in: output)
    }
  }

  @Test func shardsTogetherAreTheWhole() throws {
    #expect(try translate(to: "whole").status == 0)
    for part in ["1/3", "2/3", "3/3"] { #expect(try translate(to: "parts", ["--shard", part]).status == 0) }
    try expectWhole("parts", sameAs: "whole")
    #expect(try timesFinished(in: "parts").values.allSatisfy { $0 == 1 })
  }
}
