import Checkpoints
import Datasets
import Foundation
import Images
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Super-resolution that learns from a teacher's answers.
@Suite struct DistillationRunTests {
  private let folder: TemporaryFolder

  /// Photographs, and a teacher with random weights.
  init() throws {
    folder = try TemporaryFolder()
    for index in 0..<3 {
      let random = Random(seed: 3, purpose: "photo", step: index)
      let coarse = Image(width: 9, height: 9, channels: 3, pixels: (0..<243).map { random.uniform(at: $0) })
      let photo = coarse.resized(toWidth: 72, height: 64)
      try folder.add("photos/\(index).png", photo.encoded(as: .png, path: "photo"))
    }
    try addTeacher("teacher.safetensors", scale: 4)
  }

  private func addTeacher(_ name: String, scale: Int) throws {
    var configuration = SRVGGNet.Configuration()
    (configuration.width, configuration.convolutions, configuration.scale) = (4, 1, scale)
    let network = SRVGGNet(configuration)
    SRVGGNet.initializer(for: configuration).initialize(network, seed: 9, purpose: "teacher")
    try ModelFile.write(
      network, description: ModelDescription(task: "super-resolution", network: NetworkDescription(of: network)),
      to: folder.url.appending(path: name))
  }

  private func recipe(cache: String = "") -> Recipe {
    var recipe = Recipe(SuperResolutionProject.self)
    recipe.data.root = folder.url.appending(path: "photos").path
    recipe.data.cropSize = 32
    recipe.data.degradation = .realistic
    recipe.teacher.file = folder.url.appending(path: "teacher.safetensors").path
    recipe.teacher.cropSize = 48
    (recipe.teacher.answers, recipe.teacher.share) = (5, 0.7)
    if !cache.isEmpty { recipe.teacher.cache = folder.url.appending(path: cache).path }
    recipe.generator.network.use(MSRResNet.self) { ($0.width, $0.blocks, $0.upsampling) = (4, 1, .direct) }
    recipe.generator.average = 0.9
    (recipe.pixelPhase.steps, recipe.adversarialPhase.steps) = (8, 0)
    recipe.batch = 2
    (recipe.output.checkpointEvery, recipe.output.sampleEvery) = (4, 8)
    return recipe
  }

  @discardableResult
  private func train(_ recipe: Recipe, in outputs: String, stops: [Int] = []) throws -> RunFolder {
    try TrainingTests.train(recipe, in: folder.url.appending(path: outputs), stops: stops).run
  }

  private func answers(in cache: String) throws -> [URL] {
    try ImageFolder(folder.url.appending(path: cache)).files
  }

  private func model(_ run: RunFolder) throws -> [NDArray] {
    try ModelFile(contentsOf: run.model("generator")).upscaler().parameters.map(\.value)
  }

  @Test func aStoppedRunGoesOnToTheSameBytesWithAndWithoutTheCache() throws {
    let expected = try model(train(recipe(), in: "whole"))
    #expect(try model(train(recipe(), in: "stopped", stops: [3, 6])) == expected)
    // The cache is filled, used, lost in the middle, and found again.
    #expect(try model(train(recipe(cache: "answers"), in: "filling", stops: [3, 6])) == expected)
    #expect(try answers(in: "answers").count == 5)
    #expect(try model(train(recipe(cache: "answers"), in: "using")) == expected)
    try train(recipe(cache: "answers"), in: "losing", stops: [3])
    try FileManager.default.removeItem(at: folder.url.appending(path: "answers"))
    #expect(try model(train(recipe(cache: "answers"), in: "losing again", stops: [3, 5])) == expected)
    // Another run has other targets.
    var untaught = recipe()
    untaught.teacher.file = ""
    #expect(try model(train(untaught, in: "untaught")) != expected)
  }

  /// Says what a run remarks.
  private final class Notices: TrainingListener {
    var texts: [String] = []
    func receive(_ event: TrainingEvent) {
      if case .notice(_, let text) = event { texts.append(text) }
    }
  }

  @Test(arguments: ["cut short", "another size", "a changed byte", "empty"])
  func aDamagedAnswerIsNoticedAndMadeAnew(_ damage: String) throws {
    let expected = try model(train(recipe(cache: "answers"), in: "first"))
    let files = try answers(in: "answers")
    let bytes = try files.map { try Data(contentsOf: $0) }
    for (file, bytes) in zip(files, bytes) {
      switch damage {
      case "cut short": try bytes.prefix(bytes.count / 2).write(to: file)
      case "another size":
        try Image(width: 8, height: 8, channels: 3, pixels: Array(repeating: 0, count: 192)).write(
          to: file, format: .png)
      case "a changed byte":
        var changed = bytes
        changed[bytes.count / 2] ^= 1
        try changed.write(to: file)
      default: try Data().write(to: file)
      }
    }
    let notices = Notices()
    let run = try RunFolder(name: "run", in: folder.url.appending(path: "second"))
    _ = try TrainingRun(recipe: recipe(cache: "answers"), folder: run, resume: false, listeners: [notices]).run()
    #expect(try model(run) == expected)
    #expect(notices.texts.count { $0.contains("damaged answer") } == 5, "\(notices.texts)")
    #expect(notices.texts.allSatisfy { $0.contains(".png") })
    #expect(try files.map { try Data(contentsOf: $0) } == bytes)
  }

  @Test func aRunMayGoOnWithoutItsTeacher() throws {
    let run = try train(recipe(), in: "outputs")
    var untaught = recipe(cache: "answers")
    #expect(throws: Never.self) { try TrainingRun(recipe: untaught, folder: run, resume: true, listeners: []) }
    untaught.teacher.file = ""
    #expect(throws: Never.self) { try TrainingRun(recipe: untaught, folder: run, resume: true, listeners: []) }
  }

  @Test func questionsThatAreTooSmallAreCounted() throws {
    try folder.add(
      "photos/small.png",
      Image(width: 40, height: 40, channels: 3, pixels: Array(repeating: 0.5, count: 4800))
        .encoded(as: .png, path: "photo"))
    let project = try SuperResolutionProject(recipe())
    #expect(project.notices == ["1 images are smaller than teacher.cropSize, 48, and left out"])
    #expect(project.images.map(\.name) == ["training", "questions"] && project.images.map(\.count) == [4, 3])
  }

  @Test func whatDoesNotFitIsNamed() throws {
    var tooSmall = recipe()
    tooSmall.teacher.cropSize = 28
    #expect(throws: RecipeProblem.self) { try SuperResolutionProject.check(tooSmall) }
    tooSmall.teacher.cropSize = 50
    let problem = #expect(throws: RecipeProblem.self) { try SuperResolutionProject.check(tooSmall) }
    #expect("\(try #require(problem))".contains("teacher.cropSize is 50"))
    try addTeacher("double.safetensors", scale: 2)
    var double = recipe()
    double.teacher.file = folder.url.appending(path: "double.safetensors").path
    let error = #expect(throws: CheckpointError.self) { try SuperResolutionProject(double) }
    #expect(error?.problem.contains("expected a teacher at the generator's scale, 4") == true)
    double.teacher.file = folder.url.appending(path: "none.safetensors").path
    let missing = #expect(throws: RecipeProblem.self) { try SuperResolutionProject(double) }
    #expect(missing?.key == "teacher.file")
  }
}
