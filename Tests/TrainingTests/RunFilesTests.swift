import Foundation
import Models
import Testing
import Training

/// A run simulated by events alone, in its own folder.
final class FakeRun {
  let folder: RunFolder
  let recipe = Recipe()
  let outputs = FileManager.default.temporaryDirectory.appending(path: "guise-run-\(UUID().uuidString)")

  init() throws {
    folder = try RunFolder(name: "a run <1>", in: outputs)
    _ = try folder.prepare(for: recipe, resume: false)
  }

  deinit {
    try? FileManager.default.removeItem(at: outputs)
  }

  func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }

  func start(resumedStep: Int = 0) throws -> TrainingEvent {
    .started(
      TrainingStart(
        recipe: recipe, plan: try TrainingPlan(recipe, imagesPerEpoch: 40), resumedStep: resumedStep,
        images: [("trainA", 30), ("trainB", 40)],
        samples: SampleLabels(columns: ["real", "translated", "<back>"], groups: ["A to B", "B to A"]),
        parameters: [("generators", 1000), ("discriminators", 500)]))
  }

  func step(_ step: Int, loss: Float? = nil) -> TrainingEvent {
    .step(
      TrainingStep(
        step: step, totalSteps: 8000, epoch: 1 + (step - 1) / 40, learningRate: 0.0002,
        losses: [("G", loss ?? 3 / Float(step)), ("cycle", 0.125)], seconds: 0.31))
  }

  func saveCheckpoint(_ step: Int) throws {
    try Data([1]).write(to: folder.checkpoint(step: step))
  }
}

@Suite struct ValidationLogTests {
  private func measurement(_ step: Int, _ scores: [(TrainingValidation.Measure, Double)]) -> TrainingEvent {
    let scores = scores.map { TrainingValidation.Score($0.0, $0.1) }
    return .validated(TrainingValidation(step: step, scores: scores, isBest: true))
  }

  /// An older version measured less. The second start reads what the first wrote.
  @Test func aResumedRunMayMeasureMore() throws {
    let run = try FakeRun()
    let file = run.folder.validation
    try Data("step,psnr,ssim,best\n2,20.5,0.5,true\n4,21.0,0.75,false\n".utf8).write(to: file)
    for step in [6, 8] {
      let log = ValidationLog(file: file)
      try log.receive(try run.start(resumedStep: step - 2))
      try log.receive(
        measurement(step, [(.peakSignalToNoiseRatio, 22), (.structuralSimilarity, 0.875), (.gridRatio, 1.25)]))
    }
    #expect(
      try run.text(file) == """
        step,psnr,ssim,gridRatio,best
        2,20.5,0.5,,true
        4,21.0,0.75,,false
        6,22.0,0.875,1.25,true
        8,22.0,0.875,1.25,true

        """)
    let page = RunPage(folder: run.folder)
    try page.receive(try run.start(resumedStep: 8))
    let html = try run.text(run.folder.page)
    #expect(html.contains("SSIM") && html.contains("grid, of the truth"))
  }
}

@Suite struct ModelMeasurementTests {
  private func measurement(_ step: Int, _ model: String, _ kid: Double, isBest: Bool) -> TrainingEvent {
    let scores = [TrainingValidation.Score(.kernelDistance, kid, of: model)]
    return .validated(TrainingValidation(step: step, model: model, scores: scores, isBest: isBest))
  }

  /// Each model has rows of its own, which a resumed run keeps up to its step.
  @Test func eachModelHasItsRowsCurvesAndLines() throws {
    let run = try FakeRun()
    let file = run.folder.validation
    var lines: [String] = []
    let text = RunLog(interval: 1) { lines.append($0.text) }
    for (resumed, steps) in [(0, [2, 4, 6]), (4, [6])] {
      let log = ValidationLog(file: file)
      try log.receive(try run.start(resumedStep: resumed))
      for step in steps {
        for (model, kid, isBest) in [("AtoB", 30 - Double(step), true), ("BtoA", 20 + Double(step), step == 2)] {
          try log.receive(measurement(step, model, kid, isBest: isBest))
          try text.receive(measurement(step, model, kid, isBest: isBest))
        }
      }
    }
    #expect(
      try run.text(file) == """
        step,model,kid,best
        2,AtoB,28.0,true
        2,BtoA,22.0,true
        4,AtoB,26.0,true
        4,BtoA,24.0,false
        6,AtoB,24.0,true
        6,BtoA,26.0,false

        """)
    #expect(lines[2] == "step 4, AtoB: KID x 1000 26, the best so far" && lines[3] == "step 4, BtoA: KID x 1000 24")
    let page = RunPage(folder: run.folder)
    try page.receive(try run.start(resumedStep: 6))
    let html = try run.text(run.folder.page)
    #expect(html.contains("AtoB: KID x 1000") && html.contains("BtoA: KID x 1000"))
  }

  @Test func theBestIsKnownForEachModelAndMeasure() throws {
    typealias Score = TrainingValidation.Score
    var best = BestScores()
    func take(_ measure: TrainingValidation.Measure, _ value: Double, _ model: String?) -> Bool {
      best.take([Score(measure, value, of: model)], of: model, .adversarial)
    }
    #expect(take(.kernelDistance, 9, "AtoB") && take(.kernelDistance, 5, "BtoA"))
    // Of distances, the smaller is the better; an equal one is not.
    #expect(take(.kernelDistance, 8, "AtoB") && !take(.kernelDistance, 8, "AtoB") && !take(.kernelDistance, 6, "BtoA"))
    #expect(take(.peakSignalToNoiseRatio, 20, nil) && take(.peakSignalToNoiseRatio, 21, nil))
    #expect(!take(.peakSignalToNoiseRatio, 20.5, nil) && !take(.kernelDistance, .nan, "AtoB"))
    let isBest = best.take([], of: nil, .pixel)
    #expect(!isBest)
  }

  @Test func stagnationIsCountedAndFoundAgain() {
    var stagnation = Stagnation(plateau: 2)
    var factors: [Double] = []
    let better = [true, false, false, false, true, false, false, false, false]
    for isBetter in better {
      stagnation.take(isBetter: isBetter)
      factors.append(stagnation.rateFactor)
    }
    #expect(factors == [1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125])
    #expect(stagnation.measurements == 4)
    // Two models at each step, of which one may be better.
    let rows = better.enumerated().flatMap { step, isBetter in
      ["AtoB", "BtoA"].map {
        TrainingValidation(step: step + 1, model: $0, scores: [], isBest: isBetter && $0 == "BtoA")
      }
    }
    let found = Stagnation(rows, plateau: 2)
    #expect(found.measurements == 4 && found.rateFactor == 0.125)
    #expect(Stagnation(rows, plateau: 0).rateFactor == 1)
  }
}

@Suite struct LossLogTests {
  @Test func writesARowForEachStep() throws {
    let run = try FakeRun()
    let log = LossLog(file: run.folder.losses)
    for event in [try run.start(), run.step(1), run.step(2, loss: .nan)] { try log.receive(event) }
    #expect(
      try run.text(run.folder.losses) == "step,epoch,learningRate,G,cycle\n1,1,0.0002,3.0,0.125\n2,1,0.0002,nan,0.125\n"
    )
  }

  @Test func aResumedRunEndsWithTheSameBytes() throws {
    let run = try FakeRun()
    let unbroken = LossLog(file: run.folder.losses)
    try unbroken.receive(try run.start())
    for step in 1...20 { try unbroken.receive(run.step(step)) }
    let expected = try run.text(run.folder.losses)

    for (checkpoint, killedAfter, cut) in [(0, 7, 3), (5, 9, 12), (9, 9, 0), (10, 20, 1), (20, 20, 5)] {
      let killed = LossLog(file: run.folder.losses)
      try killed.receive(try run.start())
      for step in stride(from: 1, through: killedAfter, by: 1) { try killed.receive(run.step(step)) }
      if killedAfter > checkpoint {
        let handle = try FileHandle(forWritingTo: run.folder.losses)
        try handle.truncate(atOffset: handle.seekToEnd() - UInt64(cut))
        try handle.close()
      }
      let resumed = LossLog(file: run.folder.losses)
      try resumed.receive(try run.start(resumedStep: checkpoint))
      for step in stride(from: checkpoint + 1, through: 20, by: 1) { try resumed.receive(run.step(step)) }
      #expect(try run.text(run.folder.losses) == expected)
    }
  }
}

@Suite struct RunLogTests {
  @Test func tellsHowFarTheRunIsAndHowLongItTakes() throws {
    let run = try FakeRun()
    var lines: [String] = []
    let log = RunLog(interval: 1) { lines.append($0.text) }
    try log.receive(try run.start())
    for step in 1...9 { try log.receive(run.step(step)) }
    try log.receive(.notice(step: 9, text: "the losses are no numbers any more"))
    #expect(
      lines == [
        "images: 30 in trainA, 40 in trainB",
        "parameters: generators 1000, discriminators 500",
        "beginning: 8000 steps, 40 in an epoch",
        "step 1/8000  epoch 1  0.31 s/step  41 min 20 s left  G 3.00  cycle 0.125",
        "step 5/8000  epoch 1  0.31 s/step  41 min 18 s left  G 0.600  cycle 0.125",
        "step 9/8000  epoch 1  0.31 s/step  41 min 17 s left  G 0.333  cycle 0.125",
        "step 9: the losses are no numbers any more",
      ])
  }

  @Test func appendsToItsFile() throws {
    let run = try FakeRun()
    for _ in 0..<2 { try RunLog.appending(to: run.folder.log).receive(run.step(1)) }
    let lines = try run.text(run.folder.log).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.hasSuffix("41 min 20 s left  G 3.00  cycle 0.125") })
  }
}

@Suite struct RunPageTests {
  @Test func showsStateCurvesGridsAndRecipe() throws {
    let run = try FakeRun()
    let page = RunPage(folder: run.folder)
    try page.receive(try run.start())
    #expect(try run.text(run.folder.page).contains("Training: step 0 of 8000"))
    for step in 1...3000 { try page.receive(run.step(step, loss: step == 70 ? .nan : nil)) }
    for step in [500, 1000] {
      try Data([1]).write(to: run.folder.sampleGrid(step: step))
      try page.receive(.samples(step: step, file: run.folder.sampleGrid(step: step)))
    }
    let html = try run.text(run.folder.page)
    #expect(html.contains("<h1>a run &lt;1&gt;</h1>"))
    #expect(html.contains("Training: step 3000 of 8000, epoch 75"))
    #expect(html.components(separatedBy: "class=\"curve\"").count == 3)
    #expect(html.contains("not a finite number at 1 of the steps, first at step 70"))
    #expect(html.contains("src=\"samples/step-001000.png\""))
    #expect(html.contains("learningRate: 0.0002"))
    #expect(!html.contains("nan") && !html.contains("http://"))
    #expect(html.contains("<span>real</span><span>translated</span><span>&lt;back&gt;</span>"))
    #expect(html.contains("<span>A to B</span><span>B to A</span>") && html.contains("const steps = [500,1000]"))
    #expect(html.contains("25 min 50 s left (0.31 s/step)"))
    #expect(html.utf8.count < 60_000)

    try page.receive(
      .finished(
        TrainingEnd(reason: .completed, step: 8000, totalSteps: 8000, models: [run.folder.model("AtoB")])))
    let finished = try run.text(run.folder.page)
    #expect(finished.contains("Finished after 8000 steps") && finished.contains("href=\"AtoB.safetensors\""))
    #expect(!finished.contains("refresh") && !finished.contains(" left ("))
  }

  @Test func aSingleValueIsAPoint() throws {
    let run = try FakeRun()
    let page = RunPage(folder: run.folder)
    try page.receive(try run.start())
    func html(after step: Int) throws -> String {
      try page.receive(run.step(step))
      try page.receive(.checkpoint(step: step, file: run.folder.checkpoint(step: step)))
      return try run.text(run.folder.page)
    }
    let first = try html(after: 1)
    #expect(first.contains("class=\"point\"") && !first.contains("class=\"curve\""))
    let second = try html(after: 2)
    #expect(!second.contains("class=\"point\"") && second.contains("class=\"curve\""))
  }

  @Test func aFailedRunIsNoLongerInTraining() throws {
    let run = try FakeRun()
    let page = RunPage(folder: run.folder)
    try page.receive(try run.start())
    for step in 1...200 { try page.receive(run.step(step)) }
    try page.receive(.failed(step: 200, problem: "cycleA is not finite"))
    let html = try run.text(run.folder.page)
    #expect(html.contains("Ended by an error at step 200 of 8000") && html.contains("Step 200: cycleA is not finite"))
    #expect(!html.contains("refresh") && !html.contains(" left (") && !html.contains("Training: step"))
  }

  @Test func aResumedRunShowsItsWholeHistory() throws {
    let run = try FakeRun()
    let log = LossLog(file: run.folder.losses)
    try log.receive(try run.start())
    for step in 1...30 { try log.receive(run.step(step)) }
    let page = RunPage(folder: run.folder)
    try page.receive(try run.start(resumedStep: 20))
    let html = try run.text(run.folder.page)
    #expect(html.contains("step 20 of 8000") && html.contains("class=\"curve\"") && html.contains(">20</text>"))
  }
}

@Suite struct RunFolderTests {
  @Test func keepsTheRecipeAsUsed() throws {
    let run = try FakeRun()
    #expect(try Recipe(contentsOf: run.folder.recipe) == run.recipe)
    #expect(run.folder.checkpointSteps == [])
  }

  @Test func aRunThatHasBegunIsOnlyResumed() throws {
    let run = try FakeRun()
    _ = try run.folder.prepare(for: run.recipe, resume: false)
    for step in [500, 1_500_000, 1000] { try run.saveCheckpoint(step) }
    try Data().write(to: run.folder.checkpoints.appending(path: ".guise-1.tmp"))
    #expect(run.folder.checkpointSteps == [500, 1000, 1_500_000])
    #expect(throws: RunFolderError.alreadyBegun(path: run.folder.root.relativePath, step: 1_500_000)) {
      try run.folder.prepare(for: run.recipe, resume: false)
    }
    _ = try run.folder.prepare(for: run.recipe, resume: true)
  }

  @Test func aResumedRunKeepsItsRecipe() throws {
    let run = try FakeRun()
    try run.saveCheckpoint(10)
    var other = run.recipe
    other.schedule.steps = 20
    other.output.sampleEvery = 7
    other.data.root = "moved"
    other.memory.recompute = true
    _ = try run.folder.prepare(for: other, resume: true)
    #expect(try Recipe(contentsOf: run.folder.recipe) == other)
    other.batch = 2
    other.optimizer.beta1 = 0.9
    _ = try run.folder.prepare(for: other, resume: true)
    other.discriminator.use(PatchDiscriminator.self) { $0.width = 5 }
    #expect(
      throws: RunFolderError.differentRecipe(path: run.folder.recipe.relativePath, keys: ["discriminator.width"])
    ) {
      try run.folder.prepare(for: other, resume: true)
    }
  }

  @Test func recipesAreKeptFromTheirStepsOn() throws {
    let run = try FakeRun()
    func recipes() throws -> [String: Recipe] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: run.folder.recipes.path)) ?? []
      return try Dictionary(
        uniqueKeysWithValues: names.map { ($0, try Recipe(contentsOf: run.folder.recipes.appending(path: $0))) })
    }
    try run.saveCheckpoint(10)
    _ = try run.folder.prepare(for: run.recipe, resume: true)
    #expect(try recipes().isEmpty)
    var (slower, slowest) = (run.recipe, run.recipe)
    slower.optimizer.learningRate = 0.0001
    slowest.optimizer.learningRate = 0.00001
    _ = try run.folder.prepare(for: slower, resume: true)
    try run.saveCheckpoint(20)
    _ = try run.folder.prepare(for: slowest, resume: true)
    #expect(
      try recipes() == ["step-000000.yaml": run.recipe, "step-000010.yaml": slower, "step-000020.yaml": slowest])
    // Whoever deletes a checkpoint takes its steps back.
    try FileManager.default.removeItem(at: run.folder.checkpoint(step: 20))
    _ = try run.folder.prepare(for: slower, resume: true)
    #expect(try recipes() == ["step-000000.yaml": run.recipe, "step-000010.yaml": slower])
  }

  @Test func aStepDoesNotMoveToAnotherPhase() throws {
    let outputs = FileManager.default.temporaryDirectory.appending(path: "guise-run-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: outputs) }
    let folder = try RunFolder(name: "phases", in: outputs)
    var recipe = Recipe(SuperResolutionProject.self)
    (recipe.pixelPhase.steps, recipe.adversarialPhase.steps) = (30, 20)
    _ = try folder.prepare(for: recipe, resume: false)
    try Data([1]).write(to: folder.checkpoint(step: 40))
    for (pixel, adversarial, keys) in [
      (30, 50, []), (25, 20, ["pixelPhase.steps"]), (45, 20, ["pixelPhase.steps"]),
      (30, 0, ["adversarialPhase.steps"]),
    ] {
      var other = recipe
      (other.pixelPhase.steps, other.adversarialPhase.steps) = (pixel, adversarial)
      let result = Result { try folder.check(other, resume: true) }
      if keys.isEmpty {
        #expect(throws: Never.self) { try result.get() }
      } else {
        #expect(throws: RunFolderError.differentRecipe(path: folder.recipe.relativePath, keys: keys)) {
          try result.get()
        }
      }
    }
  }

  @Test(arguments: ["", ".", "..", "a/b", ".hidden"])
  func refusesNamesThatAreNoFolders(name: String) {
    #expect(throws: RunFolderError.unusableName(name)) { try RunFolder(name: name, in: URL(filePath: "outputs")) }
  }
}
