import Foundation
import Images
import Testing

@Suite struct TrainCommandTests {
  private let guise: GuiseProgram

  private static let recipe = """
    data: {loadSize: 20, cropSize: 16}
    generator: {blocks: 1, width: 4}
    discriminator: {layers: 1, width: 4}
    objective: {pool: 2}
    schedule: {epochs: 1, decayEpochs: 1}
    output: {checkpointEvery: 4, sampleEvery: 3}
    """

  private static let largeRecipe = """
    task: super-resolution
    data: {cropSize: 16}
    generator: {network: srvgg, scale: 2, width: 4, blocks: 1}
    pixelPhase: {steps: 2}
    adversarialPhase: {steps: 0}
    """

  init() throws {
    guise = try GuiseProgram()
    try guise.write("tiny.yaml", Data(Self.recipe.utf8))
    for i in 0..<3 {
      try guise.writeImage("data/trainA/\(i).png", width: 24, height: 24, color: [0.2 * Float(i), 0.5, 0.7])
      try guise.writeImage("data/trainB/\(i).jpg", width: 24, height: 24, color: [0.8, 0.3 * Float(i), 0.1])
    }
  }

  private func train(_ arguments: String...) throws -> GuiseProgram.Result {
    try guise.run(["train", "tiny.yaml", "--data", "data"] + arguments)
  }

  @Test func leavesModelsThatTranslate() throws {
    let result = try train()
    #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
    #expect(result.errors.contains("step 6/6  epoch 2"))
    for name in ["recipe.yaml", "losses.csv", "log.txt", "index.html", "samples/step-000003.png"] {
      #expect(guise.exists("outputs/tiny/\(name)"), "\(name)")
    }
    for direction in ["AtoB", "BtoA"] {
      let output = "\(direction).png"
      let translated = try guise.run([
        "translate", "-i", "data/trainA/0.png", "-o", output, "-m", "outputs/tiny", "--direction", direction, "--quiet",
      ])
      #expect(translated.status == 0 && translated.errors.isEmpty, "\(translated.errors)")
      #expect(try Image(contentsOf: guise[output]).width == 24)
    }
  }

  @Test func tellsWhatFoldersHoldBesidesImages() throws {
    try guise.write("data/trainA/x.cr2", Data())
    try guise.write("data/trainA/x.xmp", Data())
    try guise.write("data/trainA/3.JFIF", Data(contentsOf: guise["data/trainB/0.jpg"]))
    try FileManager.default.createSymbolicLink(
      atPath: guise["data/trainB/y.png"].path, withDestinationPath: "nowhere.png")
    let result = try train("--steps", "1")
    #expect(result.status == 0 && result.errors.contains("4 in trainA, 3 in trainB"), "\(result.errors)")
    let log = try String(contentsOf: guise["outputs/tiny/log.txt"], encoding: .utf8)
    #expect(log.contains("in data/trainA, 1 file left out: 1 camera RAW\n"), "\(log)")
    #expect(log.contains("in data/trainB, cannot read data/trainB/y.png: it is a link to nothing\n"))
  }

  @Test func refusesToBeginTwice() throws {
    _ = try train("--quiet")
    let again = try train("--quiet")
    #expect(again.status == 2)
    #expect(
      again.errors == "guise: outputs/tiny holds a run at step 6: go on with --resume, or choose another --name\n")
    let other = try train("--resume", "--set", "generator.width=2")
    #expect(other.status == 2 && other.errors.contains("differs in generator.width, which a run cannot change"))
  }

  @Test func saysThatNothingIsLeftToTrain() throws {
    _ = try train("--quiet")
    let again = try train("--resume")
    #expect(again.status == 0)
    #expect(
      again.errors.contains("nothing is left to train: the run has taken 6 steps, and its recipe asks for 6;"),
      "\(again.errors)")
    let longer = try train("--resume", "--steps", "7")
    #expect(longer.status == 0 && !longer.errors.contains("nothing is left"), "\(longer.errors)")
  }

  @Test(arguments: [
    (
      ["gone.yaml"],
      "guise: there is no file gone.yaml and no bundled recipe of that name: expected a path, or one of biggan-cifar10"
    ),
    (["gone/gone.yaml"], "guise: gone/gone.yaml: there is no such recipe"),
    (["horse2zebra", "--data", "gone"], "guise: there is no folder gone"),
    (["tiny.yaml"], "guise: tiny.yaml names no folder of images: give one with --data"),
    (["tiny.yaml", "--data", "gone"], "guise: there is no folder gone"),
    (["tiny.yaml", "--data", "empty"], "guise: no images in empty/trainA"),
    (["tiny.yaml", "--data", "data/trainA"], "guise: data/trainA lacks trainA and trainB"),
    (
      ["large.yaml", "--data", "data", "--set", "generator.initial=gone"],
      "guise: generator.initial is gone, and there is no such file: name one, or leave it out with generator.initial="
    ),
    (
      ["large.yaml", "--data", "data", "--set", "features.file=gone.pth"],
      "guise: features.file is gone.pth, and there is no such file"
    ),
    (
      ["large.yaml", "--data", "data", "--set", "teacher.file=gone.pth"],
      "guise: teacher.file is gone.pth, and there is no such file"
    ),
    (
      ["tiny.yaml", "--data", "data", "--set", "validation.features=gone.pth"],
      "guise: validation.features is gone.pth, and there is no such file"
    ),
    (
      ["tiny.yaml", "--data", "data", "--set", "generator.initialAtoB=gone.pth"],
      "guise: generator.initialAtoB is gone.pth, and there is no such file"
    ),
    (["tiny.yaml", "--data", "data", "--name", "a/b"], "guise: 'a/b' cannot be a run's name"),
    (["tiny.yaml", "--data", "data", "--steps", "0"], "guise: --steps is 0, expected at least 1"),
    (["tiny.yaml", "--data", "data", "--set", "batch=x"], "guise: --set batch=x: batch is 'x', expected a whole"),
    (["wrong.yaml", "--data", "data"], "guise: wrong.yaml, line 2: unknown key 'learningrate' in optimizer; did you"),
  ])
  func saysInOneLineWhyItCannotTrain(arguments: [String], message: String) throws {
    try guise.write("wrong.yaml", Data("optimizer:\n  learningrate: 1\n".utf8))
    try guise.write("large.yaml", Data(Self.largeRecipe.utf8))
    for domain in ["A", "B"] {
      try guise.write("empty/train\(domain)/notes.txt", Data())
      try guise.writeImage("data/test\(domain)/0.png", width: 24, height: 24)
    }
    let result = try guise.run(["train"] + arguments)
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.errors.hasPrefix(message), "\(result.errors)")
    #expect(result.errorLines.count == 1)
    #expect(!guise.exists("outputs"))
  }

  @Test func beginsWithABundledModelByItsName() throws {
    try guise.write("large.yaml", Data(Self.largeRecipe.utf8))
    let options = ["large.yaml", "--data", "data", "--quiet"]
    let first = try guise.run(["train"] + options)
    #expect(first.status == 0, "\(first.errors)")
    try guise.write("bundle/x2.safetensors", Data(contentsOf: guise["outputs/large/generator.safetensors"]))
    let second = try guise.run(
      ["train"] + options + ["--name", "second", "--set", "generator.initial=x2"],
      environment: ["GUISE_MODELS": guise["bundle"].path])
    #expect(second.status == 0, "\(second.errors)")
  }

  @Test func benchesTraining() throws {
    // 30 pixels cannot be halved twice.
    let result = try guise.run(["bench", "train", "--size", "30", "--repeats", "1", "--json"])
    #expect(result.status == 0 && result.output.contains("median_seconds"), "\(result.errors)")
    #expect(result.output.contains("\"size\":32") || result.output.contains("\"size\" : 32"), "\(result.output)")
  }
}
