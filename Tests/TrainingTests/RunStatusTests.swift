import Testing
import Training

@Suite struct RunStatusTests {
  /// The file has the state at any moment, so that other programs can watch the run.
  @Test func theFileFollowsTheRun() throws {
    let run = try FakeRun()
    let listeners = run.folder.reports()
    func tell(_ event: TrainingEvent) throws -> RunStatus {
      for listener in listeners { try listener.receive(event) }
      return try #require(RunStatus(contentsOf: run.folder.status))
    }
    let begun = try tell(run.start())
    #expect(begun.state == .training && begun.totalSteps == 8000 && begun.notices == [])
    #expect(begun.columns == ["real", "translated", "<back>"] && begun.groups == ["A to B", "B to A"])
    #expect(try tell(run.step(1)) == begun)
    #expect(try tell(.notice(step: 1, text: "a warning")).notices == ["step 1: a warning"])
    let failed = try tell(.failed(step: 2, problem: "no disk"))
    #expect(failed.state == .failed && failed.problem == "step 2: no disk")
    #expect(try tell(run.start(resumedStep: 1)).problem == nil)
    let end = TrainingEnd(reason: .interrupted, step: 3, totalSteps: 8000, models: [])
    #expect(try tell(.finished(end)).state == .stopped)
  }
}
