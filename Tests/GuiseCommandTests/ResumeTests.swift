import Foundation
import Tensors
import TestSupport
import Testing

/// Runs that end early and, resumed, give the same bytes as one that did not.
@Suite struct ResumeTests {
  private let guise: GuiseProgram

  /// These contain times of day; everything else in a run's folder follows from its recipe.
  private static let timed: Set = ["log.txt", "run.json", "index.html"]

  private static let recipe = """
    data: {loadSize: 20, cropSize: 16}
    generator: {blocks: 1, width: 2, average: 0.9}
    discriminator: {layers: 1, width: 2}
    objective: {pool: 3}
    schedule: {steps: 500}
    output: {checkpointEvery: 7, sampleEvery: 50}
    """

  init() throws {
    guise = try GuiseProgram()
    try guise.write("tiny.yaml", Data(Self.recipe.utf8))
    for i in 0..<3 {
      try guise.writeImage("data/trainA/\(i).png", width: 24, height: 24, color: [0.2 * Float(i), 0.5, 0.7])
      try guise.writeImage("data/trainB/\(i).jpg", width: 24, height: 24, color: [0.8, 0.3 * Float(i), 0.1])
    }
  }

  /// Trains the run named `it's tiny` in a folder of runs.
  private func train(
    in output: String, _ arguments: String..., whileRunning: (Process) throws -> Void = { _ in }
  ) throws -> GuiseProgram.Result {
    let name = ["--name", "it's tiny", "--output", output]
    return try guise.run(
      ["train", "tiny.yaml", "--data", "data", "--threads", "1"] + name + arguments, whileRunning: whileRunning)
  }

  /// The number of steps that a run has logged so far.
  private func stepsTaken(in output: String) -> Int {
    let losses = (try? Data(contentsOf: guise["\(output)/it's tiny/losses.csv"])) ?? Data()
    return max(0, losses.count { $0 == UInt8(ascii: "\n") } - 1)
  }

  private func expectSameRuns(_ first: String, _ second: String, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    let differences = try differences(
      between: guise["\(first)/it's tiny"], and: guise["\(second)/it's tiny"], besides: Self.timed)
    #expect(differences == [], sourceLocation: sourceLocation)
  }

  /// When a run is killed: some time after its start, some time after its next steps, or with a checkpoint
  /// half-written.
  private enum Moment {
    case afterStart
    case afterSteps(Int)
    case inCheckpoint
  }

  private func wait(for moment: Moment, _ process: Process) {
    func wait(until isReached: () -> Bool) {
      while process.isRunning && !isReached() { usleep(200) }
    }
    let start = stepsTaken(in: "killed")
    switch moment {
    case .afterStart: break
    case .afterSteps(let count):
      wait(until: { stepsTaken(in: "killed") >= start + count })
    case .inCheckpoint:
      let left = unfinishedCheckpoints
      // If writing is too fast to be caught, any step will do.
      wait(until: {
        !unfinishedCheckpoints.subtracting(left).isEmpty || stepsTaken(in: "killed") >= start + 40
      })
    }
  }

  private var unfinishedCheckpoints: Set<String> {
    let folder = guise["killed/it's tiny/checkpoints"].path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return Set(names.filter { $0.hasSuffix(".tmp") })
  }

  @Test func twentyKillsLeaveNoTrace() throws {
    let whole = try train(in: "whole", "--quiet")
    #expect(whole.status == 0, "\(whole.errors)")
    let random = Random(seed: 1, purpose: "kills")
    for kill in 0..<20 {
      let moment: Moment =
        switch kill % 5 {
        case 0: .afterStart
        case 1: .inCheckpoint
        default: .afterSteps(random.integer(in: 1..<20, at: 2 * kill))
        }
      let microseconds =
        switch moment {
        case .afterStart: 0..<60_000
        case .afterSteps: 0..<5_000
        case .inCheckpoint: 0..<300
        }
      let killed = try train(in: "killed", "--resume", "--quiet") { process in
        wait(for: moment, process)
        usleep(UInt32(random.integer(in: microseconds, at: 2 * kill + 1)))
        Foundation.kill(process.processIdentifier, SIGKILL)
      }
      #expect(killed.status == SIGKILL, "kill \(kill), \(moment): \(killed.errors)")
    }
    #expect(stepsTaken(in: "killed") < 500)
    let resumed = try train(in: "killed", "--resume", "--quiet")
    #expect(resumed.status == 0 && resumed.errors.isEmpty, "\(resumed.errors)")
    try expectSameRuns("whole", "killed")
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalFinishesTheStepAndSaysHowToGoOn(_ signal: Int32) throws {
    let whole = try train(in: "whole", "--quiet", "--steps", "100")
    #expect(whole.status == 0, "\(whole.errors)")
    let stopped = try train(in: "stopped", "--steps", "100") { process in
      while process.isRunning && stepsTaken(in: "stopped") < 3 { usleep(200) }
      // Twice, as `timeout` and schedulers send it: to the process and to its group.
      kill(process.processIdentifier, signal)
      usleep(500)
      kill(process.processIdentifier, signal)
    }
    #expect(stopped.status == 128 + signal)
    #expect(stopped.errors.contains(" --name 'it'\\''s tiny' --output stopped --steps 100 --resume\n"))
    let step = String(stepsTaken(in: "stopped"))
    let name = "step-\(String(repeating: "0", count: 6 - step.count))\(step).safetensors"
    #expect(guise.exists("stopped/it's tiny/checkpoints/\(name)"))
    #expect(!guise.exists("stopped/it's tiny/AtoB.safetensors"))
    let resumed = try train(in: "stopped", "--steps", "100", "--resume", "--quiet")
    #expect(resumed.status == 0 && resumed.errors.isEmpty, "\(resumed.errors)")
    try expectSameRuns("whole", "stopped")
  }

  @Test func aDamagedCheckpointIsNamed() throws {
    _ = try train(in: "outputs", "--quiet", "--steps", "10")
    let file = "outputs/it's tiny/checkpoints/step-000010.safetensors"
    try guise.write(file, Data(contentsOf: guise[file]).dropLast(1))
    let damaged = try train(in: "outputs", "--steps", "10", "--resume")
    #expect(damaged.status == 2 && damaged.errorLines.count == 1)
    #expect(damaged.errors.hasPrefix("guise: \(file): is truncated or damaged"), "\(damaged.errors)")
    #expect(damaged.errors.hasSuffix("; delete it to go on from step 7\n"), "\(damaged.errors)")
    try FileManager.default.removeItem(at: guise[file])
    #expect(try train(in: "outputs", "--steps", "10", "--resume", "--quiet").status == 0)
    #expect(guise.exists(file))
  }
}
