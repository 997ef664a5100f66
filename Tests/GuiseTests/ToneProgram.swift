import Foundation
import Guise
import Testing

/// A program with its own network and task.
struct ToneProgram {
  /// Holds `photos`, and receives the runs.
  let folder: URL

  init(_ path: String) {
    Self.addToTheLists()
    folder = URL(filePath: path)
  }

  /// Call it once, before anything else.
  static func addToTheLists() {
    Networks.add(ToneNetwork.self)
    Tasks.add(ToneProject.self)
  }

  var recipe: Recipe {
    get throws {
      try Recipe(
        yaml: """
          task: tone
          data: {root: \(folder.path)/photos}
          generator: {width: 6, noise: 0.02, average: 0.5}
          schedule: {epochs: 2, decayEpochs: 2, steps: 40}
          output: {checkpointEvery: 4, sampleEvery: 10, validateEvery: 3}
          batch: 2
          """, name: "tone.yaml")
    }
  }

  func run(in outputs: String) throws -> RunFolder {
    try RunFolder(name: "run", in: folder.appending(path: outputs))
  }

  /// Trains, from the newest checkpoint if there is one.
  @discardableResult
  func train(in outputs: String, listener: any TrainingListener...) throws -> RunFolder {
    let run = try run(in: outputs)
    let end = try TrainingRun(recipe: recipe, folder: run, resume: true, listeners: run.reports() + listener).run()
    #expect(end.models == [run.model("generator")])
    return run
  }
}
