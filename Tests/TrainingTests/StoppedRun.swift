import Foundation
import Testing
import Training

/// Trains into `outputs/run`, stopping after each of `stops` and resuming.
///
/// - Returns: the run's folder, and how it ended.
@discardableResult
func train(_ recipe: Recipe, in outputs: URL, stops: [Int] = []) throws -> (run: RunFolder, end: TrainingEnd) {
  let run = try RunFolder(name: "run", in: outputs)
  var end: TrainingEnd?
  for stop in stops + [Int.max] {
    var steps = run.checkpointSteps.last ?? 0
    let part = try TrainingRun(
      recipe: recipe, folder: run, resume: true,
      listeners: [LossLog(file: run.losses), ValidationLog(file: run.validation)])
    end = try part.run {
      steps += 1
      return steps == stop
    }
    #expect(end?.step == min(stop, end?.totalSteps ?? 0))
  }
  return (run, try #require(end))
}
