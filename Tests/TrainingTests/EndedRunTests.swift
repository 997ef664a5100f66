import Foundation
import Images
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Runs that must end early, and what they leave to go on from.
@Suite struct EndedRunTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for domain in ["trainA", "trainB"] { for number in 0..<6 { try add("\(domain)/\(number).png", number) } }
  }

  private func bytes(_ number: Int) throws -> Data {
    let random = Random(seed: 3, purpose: "image", step: number)
    return try Image(width: 24, height: 24, channels: 3, pixels: (0..<1728).map { random.uniform(at: $0) })
      .encoded(as: .png, path: "image")
  }

  private func add(_ path: String, _ number: Int) throws { try folder.add(path, bytes(number)) }

  private func recipe() -> Recipe {
    var recipe = Recipe()
    recipe.data.root = folder.url.path
    (recipe.data.loadSize, recipe.data.cropSize) = (18, 16)
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks) = (2, 1) }
    recipe.discriminator.use(PixelDiscriminator.self) { $0.width = 2 }
    recipe.schedule.steps = 12
    return recipe
  }

  private func run(_ name: String = "outputs") throws -> RunFolder {
    try RunFolder(name: "run", in: folder.url.appending(path: name))
  }

  @discardableResult
  private func train(_ recipe: Recipe, in run: RunFolder, resume: Bool = false, until stop: Int = .max) throws -> Int {
    var steps = run.checkpointSteps.last ?? 0
    return try TrainingRun(recipe: recipe, folder: run, resume: resume, listeners: run.reports()).run {
      steps += 1
      return steps == stop
    }.step
  }

  private func log(_ run: RunFolder) throws -> String { try String(contentsOf: run.log, encoding: .utf8) }

  @Test func theStepsBeforeTooManyDamagedImagesAreKept() throws {
    for number in 0..<4 { try folder.add("trainA/\(number).png", bytes(number).dropLast(700)) }
    let run = try run()
    let error = #expect(throws: (any Error).self) { try train(recipe(), in: run) }
    let text = try #require(error.map { "\($0)" })
    #expect(text.hasPrefix("4 of the 6 images in "), "\(text)")
    let step = try #require(run.checkpointSteps.last)
    #expect(step > 0 && step < 6)
    #expect(try log(run).contains("step \(step): training ends here: \(text)"))
    for number in 0..<4 { try add("trainA/\(number).png", number) }
    #expect(try train(recipe(), in: run, resume: true) == 12)
  }

  /// Test images are first read for the sample grid of step 5, which is still to be made when the run goes on.
  @Test func whatIsDueIsDoneAfterResuming() throws {
    for domain in ["testA", "testB"] { for number in 0..<6 { try add("\(domain)/\(number).png", number) } }
    var recipe = recipe()
    (recipe.output.sampleEvery, recipe.output.validateEvery) = (5, 5)
    let whole = try run("whole")
    try train(recipe, in: whole)
    for number in 0..<6 { try folder.add("testA/\(number).png", bytes(number).dropLast(700)) }
    let ended = try run("ended")
    #expect(throws: (any Error).self) { try train(recipe, in: ended) }
    #expect(ended.checkpointSteps == [5] && ended.sampleSteps.isEmpty)
    for number in 0..<6 { try add("testA/\(number).png", number) }
    try train(recipe, in: ended, resume: true)
    func text(_ name: String) throws -> [String] {
      try [whole, ended].map { try String(contentsOf: $0.root.appending(path: name), encoding: .utf8) }
    }
    for name in ["losses.csv", "measures.csv", "validation.csv"] {
      let texts = try text(name)
      #expect(texts[0] == texts[1] && !texts[0].isEmpty)
    }
    #expect(ended.sampleSteps == whole.sampleSteps)
    #expect(try Data(contentsOf: ended.model("AtoB")) == Data(contentsOf: whole.model("AtoB")))
  }

  @Test func weightsThatAreNotFiniteAreNotKept() throws {
    var recipe = recipe()
    recipe.schedule.steps = 1
    recipe.optimizer.learningRate = 1e300
    let run = try run()
    let error = #expect(throws: TrainingError.self) { try train(recipe, in: run) }
    guard case .diverged(let divergence) = try #require(error) else { return }
    #expect(divergence.step == 1 && divergence.cause == .update && divergence.checkpoint == nil)
    let text = "\(divergence)"
    #expect(
      text.hasSuffix(
        "There is no checkpoint yet: begin again with a lower learning rate, optimizer.learningRate, or with optimizer.clip"
      ),
      "\(text)")
    #expect(run.checkpointSteps.isEmpty && !FileManager.default.fileExists(atPath: run.model("AtoB").path))
    #expect(try log(run).contains("training ends here"))
  }

  @Test func aCheckpointThatIsNotFiniteIsNamed() throws {
    let run = try run()
    try train(recipe(), in: run, until: 3)
    var state = try TrainingState(contentsOf: run.checkpoint(step: 3))
    let name = state.arrays[1].name
    state.arrays[1].array = NDArray(repeating: .nan, shape: state.arrays[1].array.shape)
    state.step = 4
    try state.write(to: run.checkpoint(step: 4), recipe: recipe())
    let error = #expect(throws: (any Error).self) { try train(recipe(), in: run, resume: true) }
    let text = try #require(error.map { "\($0)" })
    #expect(text.hasSuffix("holds values that are not finite, in \(name); delete it to go on from step 3"), "\(text)")
  }

  @Test func aRunGoesOnWithWhatWasChanged() throws {
    let run = try run()
    try train(recipe(), in: run, until: 4)
    var other = recipe()
    (other.optimizer.learningRate, other.batch) = (0.0001, 2)
    (other.data.loadSize, other.data.cropSize) = (24, 20)
    (other.generator.average, other.objective.pool) = (0.9, 3)
    #expect(try train(other, in: run, resume: true) == 12)
    let text = try log(run)
    #expect(text.contains("step 4: from here on, optimizer.learningRate is 0.0001 instead of 0.0002"), "\(text)")
    #expect(text.contains("step 4: from here on, batch is 2 instead of 1"))
    #expect(try Recipe(contentsOf: run.recipes.appending(path: "step-000000.yaml")) == recipe())
    #expect(try Recipe(contentsOf: run.recipes.appending(path: "step-000004.yaml")) == other)
  }

  @Test func whatHasNoEffectIsTold() throws {
    var recipe = recipe()
    (recipe.schedule.steps, recipe.schedule.warmUp, recipe.augmentation.adapts) = (1, 100, true)
    let run = try run()
    try train(recipe, in: run)
    let text = try log(run)
    #expect(
      text.contains(
        "schedule.warmUp is 100 steps, more than the 1 there are: the learning rate never reaches optimizer."))
    #expect(text.contains("augmentation.adapts has nothing to adapt"))
  }
}
