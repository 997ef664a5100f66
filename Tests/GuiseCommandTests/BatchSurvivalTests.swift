import Foundation
import Images
import Tensors
import Testing

/// Batches that end before their time, and batches that share a folder.
@Suite struct BatchSurvivalTests {
  private let guise: GuiseProgram
  private static let count = 120

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

  /// How often each result was finished.
  private func timesFinished(in output: String) throws -> [String: Int] {
    let lines = try String(contentsOf: guise["\(output)/.guise-journal"], encoding: .utf8).split(separator: "\n")
    let records = lines.compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    return Dictionary(grouping: records.compactMap { $0["output"] as? String }, by: { $0 }).mapValues(\.count)
  }

  @Test func thirtyKillsLeaveNothingHalfDoneAndLittleDoneTwice() throws {
    #expect(try translate(to: "whole").status == 0)
    let random = Random(seed: 1, purpose: "kills")
    var kills = 0
    for kill in 0..<30 {
      let result = try translate(to: "killed") { process in
        usleep(UInt32(random.integer(in: 10_000..<90_000, at: kill)))
        Foundation.kill(process.processIdentifier, SIGKILL)
      }
      if result.status == SIGKILL { kills += 1 }
    }
    #expect(kills > 5)
    let rest = try translate(to: "killed")
    #expect(rest.status == 0 && rest.errors.isEmpty, "\(rest.errors)")
    try expectWhole("killed", sameAs: "whole")
    let times = try timesFinished(in: "killed")
    #expect(times.count == Self.count)
    // A kill may come between a line of the journal and its result's name: two files are saved at a time.
    #expect(times.values.reduce(0, +) <= Self.count + 2 * kills)
    for folder in 0..<7 {
      let names = try FileManager.default.contentsOfDirectory(atPath: guise["killed/\(folder)"].path)
      #expect(names.allSatisfy { $0.hasSuffix(".png") })
    }
  }

  @Test func twoProcessesShareAFolder() throws {
    #expect(try translate(to: "alone").status == 0)
    var second: GuiseProgram.Result?
    let first = try translate(to: "shared") { _ in second = try translate(to: "shared") }
    #expect(first.status == 0 && second?.status == 0)
    try expectWhole("shared", sameAs: "alone")
    #expect(try timesFinished(in: "shared") == timesFinished(in: "alone"))
    #expect(try timesFinished(in: "shared").values.allSatisfy { $0 == 1 })
  }

  @Test func shardsTogetherAreTheWhole() throws {
    #expect(try translate(to: "whole").status == 0)
    for part in ["1/3", "2/3", "3/3"] { #expect(try translate(to: "parts", ["--shard", part]).status == 0) }
    try expectWhole("parts", sameAs: "whole")
    #expect(try timesFinished(in: "parts").values.allSatisfy { $0 == 1 })
  }
}
