import Foundation
import Models
import Testing
import Training

@Suite struct RecipeTests {
  private let example = """
    task: cyclegan
    data: {root: data/horse2zebra, loadSize: 286, cropSize: 256, flip: true}
    generator: {network: resnet, blocks: 9, width: 64, norm: instance, upsampling: transposed}
    discriminator: {network: patch, layers: 3, width: 64}
    objective: {adversarial: leastSquares, cycle: 10, identity: 0.5, pool: 50}
    optimizer: {learningRate: 0.0002, beta1: 0.5, beta2: 0.999}
    schedule: {epochs: 100, decayEpochs: 100}
    output: {checkpointEvery: 500, sampleEvery: 500}   # steps
    batch: 1
    seed: 1
    """

  private func message(_ yaml: String, settings: [String] = []) -> String {
    do {
      _ = try Recipe(yaml: yaml, name: "recipe.yaml", settings: settings)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func thePapersRecipeIsTheDefault() throws {
    var expected = Recipe()
    expected.data.root = "data/horse2zebra"
    #expect(try Recipe(yaml: example, name: "recipe.yaml") == expected)
    #expect(try Recipe(yaml: "", name: "recipe.yaml") == Recipe())
    #expect(try Recipe(yaml: "# nothing yet\noptimizer:\n", name: "recipe.yaml") == Recipe())
  }

  @Test func refusesAnotherTasksKeys() {
    #expect(
      message("generator: {scale: 2}")
        == "recipe.yaml, line 1: generator.scale is for the task super-resolution, not for cyclegan")
    #expect(
      message("task: upscale").hasSuffix(
        "task is 'upscale', expected cyclegan, cut, super-resolution, paired, colorization, classification, semi-supervised "
          + "or generation"
      ))
  }

  @Test func readsBackWhatItWrites() throws {
    var recipe = Recipe()
    #expect(try Recipe(yaml: recipe.yaml, name: "") == recipe)
    recipe.data.root = "Bilder \"alt\"/ü: #1\\\n\u{7}\u{2028}"
    recipe.data.largestLoadSize = 300
    recipe.data.flip = false
    recipe.generator.network.use(ResNetGenerator.self) { $0.upsampling = .resizeConvolution }
    recipe.generator.average = 0.999
    recipe.discriminator.use(PixelDiscriminator.self)
    recipe.objective.adversarial = .hinge
    recipe.optimizer.learningRate = 2e-5
    recipe.schedule.steps = 8000
    recipe.output.weights = .float16
    recipe.output.licence = "CC0: https://creativecommons.org/publicdomain/zero/1.0/"
    recipe.seed = .max
    #expect(recipe.yaml.contains("learningRate: 2.0e-05"))
    #expect(try Recipe(yaml: recipe.yaml, name: "") == recipe)
  }

  @Test(arguments: [
    (
      "batch: 1\n\noptimizer:\n  learningrate: 1\n",
      "recipe.yaml, line 4: unknown key 'learningrate' in optimizer; did you mean 'learningRate'?"
    ),
    ("optimiser: {beta1: 0.5}", "recipe.yaml, line 1: unknown key 'optimiser'; did you mean 'optimizer'?"),
    ("learningRate: 1", "recipe.yaml, line 1: unknown key 'learningRate'; did you mean 'optimizer.learningRate'?"),
    (
      "schedule: {length: 1}",
      "recipe.yaml, line 1: unknown key 'length' in schedule; the keys there are epochs, decayEpochs, decay, warmUp, steps, patience, plateau"
    ),
    ("data:\n  cropSize: big", "recipe.yaml, line 2: data.cropSize is 'big', expected a whole number from 16 to 8192"),
    ("batch: 0", "recipe.yaml, line 1: batch is '0', expected a whole number from 1 to 1024"),
    ("batch: 1.5", "recipe.yaml, line 1: batch is '1.5', expected a whole number from 1 to 1024"),
    ("batch: [1]", "recipe.yaml, line 1: batch is a list, expected a whole number from 1 to 1024"),
    ("batch:", "recipe.yaml, line 1: batch is empty, expected a whole number from 1 to 1024"),
    ("seed: -1", "recipe.yaml, line 1: seed is '-1', expected a whole number of at least 0"),
    (
      "optimizer: {beta1: 1}",
      "recipe.yaml, line 1: optimizer.beta1 is '1', expected a number of at least 0 and below 1"
    ),
    (
      "optimizer: {learningRate: 0}",
      "recipe.yaml, line 1: optimizer.learningRate is '0', expected a number above 0"
    ),
    (
      "optimizer: {learningRate: nan}",
      "recipe.yaml, line 1: optimizer.learningRate is 'nan', expected a number above 0"
    ),
    (
      "generator: {norm: layer}",
      "recipe.yaml, line 1: generator.norm is 'layer', expected instance, batch or affineInstance"
    ),
    (
      "objective: {adversarial: wgan}",
      "recipe.yaml, line 1: objective.adversarial is 'wgan', expected leastSquares, vanilla, relativistic or hinge"
    ),
    ("data: {flip: maybe}", "recipe.yaml, line 1: data.flip is 'maybe', expected true or false"),
    (
      "schedule: 7",
      "recipe.yaml, line 1: schedule holds '7', expected keys: epochs, decayEpochs, decay, warmUp, steps, patience, plateau"
    ),
    (
      "data: {loadSize: 100, cropSize: 128}",
      "recipe.yaml, line 1: data.cropSize is 128, more than data.loadSize, which is 100"
    ),
    (
      "data:\n  cropSize: 130",
      "recipe.yaml, line 2: data.cropSize is 130, expected a multiple of 4 for the generator resnet with halvings 2"
    ),
    (
      "data: {largestLoadSize: 200}",
      "recipe.yaml, line 1: data.largestLoadSize is 200, less than data.loadSize, which is 286"
    ),
    (
      "data: {cropSize: 32}\ndiscriminator: {layers: 4}",
      "recipe.yaml, line 1: data.cropSize is 32, expected at least 48 for the discriminator patch with layers 4"
    ),
    (
      "schedule: {epochs: 0, decayEpochs: 0}",
      "recipe.yaml, line 1: schedule.epochs and schedule.decayEpochs are both 0, expected at least one epoch"
    ),
    ("batch: 1\nbatch: 2", "recipe.yaml, line 1: more than one key 'batch' in one section"),
    ("batch: {", "recipe.yaml, line 2: is not YAML: did not find expected node content"),
  ])
  func saysWhatIsWrongAndWhere(yaml: String, expected: String) {
    #expect(message(yaml) == expected)
  }

  @Test func theProjectsRecipesCanBeUsed() throws {
    let folder = URL(filePath: #filePath).appending(path: "../../../recipes").standardized
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
    #expect(names.contains("horse2zebra.yaml"))
    for name in names {
      let recipe = try Recipe(contentsOf: folder.appending(path: name))
      #expect(recipe.data.root.hasPrefix("data/") || recipe.data.source == .ring)
    }
  }

  @Test func survivesAbsurdFiles() {
    #expect(message(String(repeating: "[", count: 500_000)).hasPrefix("recipe.yaml"))
    #expect(message("a: &a b\n? *a\n: c").hasPrefix("recipe.yaml, line 1: unknown key 'a'"))
    #expect(message("- 1\n- 2").hasPrefix("recipe.yaml, line 1: a recipe holds a list"))
    #expect(message("\u{1}").hasPrefix("recipe.yaml: is not YAML"))
  }

  @Test func settingsReplaceTheFilesValues() throws {
    let settings = ["batch=4", "optimizer.learningRate=1e-4", "data.root=a=b c", "output.licence="]
    let recipe = try Recipe(yaml: example, name: "recipe.yaml", settings: settings)
    #expect(recipe.batch == 4)
    #expect(recipe.optimizer.learningRate == 1e-4)
    #expect(recipe.data.root == "a=b c")
    #expect(recipe.output.licence == "")
  }

  @Test(arguments: [
    ("batch", "setting batch: expected key.path=value, such as optimizer.learningRate=0.0001"),
    ("bach=2", "setting bach=2: unknown key 'bach'; did you mean 'batch'?"),
    (
      "data.crop=2",
      "setting data.crop=2: unknown key 'crop' in data; did you mean 'cropSize'?"
    ),
    ("batch=two", "setting batch=two: batch is 'two', expected a whole number from 1 to 1024"),
    (
      "data.cropSize=258",
      "setting data.cropSize=258: data.cropSize is 258, expected a multiple of 4 for the generator resnet with halvings 2"
    ),
  ])
  func settingsAreCheckedLikeTheFile(setting: String, expected: String) {
    #expect(message(example, settings: [setting]) == expected)
  }

  @Test func namesTheFileThatCannotBeRead() {
    #expect(throws: RecipeError.self) { try Recipe(contentsOf: URL(filePath: "/nowhere/recipe.yaml")) }
    #expect(throws: RecipeError.self) { try Recipe(contentsOf: URL(filePath: "/")) }
  }

  @Test func aNumberOfStepsKeepsTheSchedulesProportions() throws {
    var recipe = Recipe()
    recipe.batch = 3
    let whole = try TrainingPlan(recipe, imagesPerEpoch: 10)
    #expect((whole.stepsPerEpoch, whole.totalSteps) == (4, 800))
    #expect((whole.epoch(ofStep: 4), whole.epoch(ofStep: 5)) == (1, 2))
    #expect(
      [399, 400, 401].map { whole.phases[0].schedule.learningRate(at: $0) } == [2e-4, 2e-4, 2e-4 * (1 - 1.0 / 400)])
    recipe.schedule.decayEpochs = 300
    recipe.schedule.steps = 1000
    recipe.batch = 20
    let cut = try TrainingPlan(recipe, imagesPerEpoch: 10)
    #expect((cut.stepsPerEpoch, cut.totalSteps) == (1, 1000))
    #expect([250, 625].map { cut.phases[0].schedule.learningRate(at: $0) } == [2e-4, 1e-4])
    (recipe.schedule.decay, recipe.schedule.warmUp) = (.cosine, 10)
    let cosine = try TrainingPlan(recipe, imagesPerEpoch: 10).phases[0].schedule
    let rates = [4: 1e-4, 250: 2e-4, 500: 1.5e-4, 625: 1e-4, 750: 0.5e-4, 1000: 0]
    for (step, rate) in rates { #expect(abs(cosine.learningRate(at: step) - rate) < 1e-12, "\(step)") }
  }

  @Test func aNumberOfStepsIsSharedByThePhases() throws {
    var recipe = Recipe(SuperResolutionProject.self)
    let whole = try TrainingPlan(recipe, imagesPerEpoch: 10)
    #expect(whole.phases.map(\.kind) == [.pixel, .adversarial])
    #expect(whole.phases.map(\.steps) == [1_000_000, 400_000])
    recipe.schedule.steps = 1400
    let cut = try TrainingPlan(recipe, imagesPerEpoch: 10)
    #expect(cut.phases.map(\.steps) == [1000, 400])
    #expect((cut.phase(ofStep: 999).phase.kind, cut.phase(ofStep: 999).start) == (.pixel, 0))
    #expect((cut.phase(ofStep: 1000).phase.kind, cut.phase(ofStep: 1000).start) == (.adversarial, 1000))
    #expect(cut.phaseEnding(withStep: 1000)?.kind == .pixel && cut.phaseEnding(withStep: 1001) == nil)
    // Milestones are scaled along with the phase.
    #expect([199, 200, 800].map { cut.phases[0].schedule.learningRate(at: $0) } == [2e-4, 1e-4, 1.25e-5])
    recipe.adversarialPhase.steps = 0
    #expect(try TrainingPlan(recipe, imagesPerEpoch: 10).phases.map(\.steps) == [1400])
  }

  @Test func superResolutionHasKeysOfItsOwn() throws {
    var recipe = Recipe(SuperResolutionProject.self)
    recipe.data.validation = "Set5"
    recipe.generator.network.use(MSRResNet.self) { $0.upsampling = .direct }
    recipe.pixelPhase.rate.decay = .cosine
    recipe.pixelPhase.rate.milestones = []
    recipe.adversarialPhase.loss = .vanilla
    #expect(try Recipe(yaml: recipe.yaml, name: "") == recipe)
    let attentive = try Recipe(yaml: "task: super-resolution\ngenerator: {network: span}", name: "")
    #expect(attentive.generator.network.network == NetworkDescription(SPAN.self))
    let set = try Recipe(yaml: recipe.yaml, name: "", settings: ["pixelPhase.milestones=[5, 10]"])
    #expect(set.pixelPhase.rate.milestones == [5, 10])
    #expect(try Recipe(yaml: "", name: "", settings: ["task=super-resolution"]) == Recipe(SuperResolutionProject.self))
  }

  @Test(arguments: [
    (
      "objective: {cycle: 5}", "objective is for the task cut, cyclegan, generation or paired, not for super-resolution"
    ),
    (
      "data: {loadSize: 300}",
      "data.loadSize is for the task classification, cut, cyclegan, generation, paired or semi-supervised, not for super-resolution"
    ),
    (
      "generator: {network: resnet}",
      "generator.network is 'resnet', expected srresnet, msrresnet, rrdb, srvgg, span, realplksr, swinir, hat, dat, srformer or omnisr"
    ),
    ("generator: {scale: 3}", "generator.scale is 3, and rrdb can do 1, 2 or 4"),
    (
      "generator: {network: srvgg, scale: 3}",
      "data.cropSize is 128, expected a multiple of generator.scale, which is 3"
    ),
    (
      "pixelPhase: {milestones: [1, two]}",
      "pixelPhase.milestones is '[1, two]', expected a list of whole numbers from 1 to 1000000000, such as [1000, 2000]"
    ),
    (
      "pixelPhase: {steps: 0}\nadversarialPhase: {steps: 0}",
      "pixelPhase.steps and adversarialPhase.steps are both 0, expected at least one step"
    ),
  ])
  func saysWhatIsWrongInSuperResolution(yaml: String, expected: String) {
    #expect(
      message("task: super-resolution\n" + yaml).split(separator: ": ", maxSplits: 1).last.map(String.init) == expected)
  }

  @Test func aRunWithoutADiscriminatorIsNotHeldToIt() throws {
    let yaml = "task: super-resolution\ndata: {cropSize: 100}\nadversarialPhase: {steps: 0}"
    #expect(try Recipe(yaml: yaml, name: "").data.cropSize == 100)
    #expect(
      message("task: super-resolution\ndata: {cropSize: 100}").contains("multiple of 32 for the discriminator vgg"))
  }

  @Test(arguments: ["paired", "colorization"])
  func pairedTasksHaveKeysOfTheirOwn(_ task: String) throws {
    var recipe = Recipe(try #require(Tasks.named(task)))
    #expect(try Recipe(yaml: "", name: "", settings: ["task=\(task)"]) == recipe)
    recipe.generator.network.use(UNetGenerator.self) { ($0.downsamplings, $0.atTest) = (6, .asInTraining) }
    if task == "paired" {
      (recipe.data.direction, recipe.objective.l1) = (.bToA, 10)
    } else {
      (recipe.pixelPhase.loss, recipe.features.loss) = (.smoothL1, .squared)
    }
    #expect(try Recipe(yaml: recipe.yaml, name: "") == recipe)
  }

  @Test(arguments: [
    ("task: paired\nobjective: {cycle: 5}", "objective.cycle is for the task cyclegan, not for paired"),
    (
      "task: paired\npixelPhase: {steps: 1}",
      "pixelPhase is for the task colorization or super-resolution, not for paired"
    ),
    (
      "task: colorization\ndata: {cropSize: 128}",
      "data.cropSize is 128, expected a multiple of 256 for the generator unet with downsamplings 8"
    ),
    (
      "task: colorization\ndata: {cropSize: 512, earlierCropSizes: [256, 300]}",
      "data.earlierCropSizes has 300, expected a multiple of 256 for the generator unet with downsamplings 8"
    ),
    (
      "task: colorization\ndata: {folders: [a, b], weights: [1]}",
      "data.weights has 1, expected as many as data.folders has names, which is 2, or none"
    ),
    (
      "task: colorization\ndata: {weights: [1, 2]}",
      "data.weights has 2, expected as many as data.folders has names, which is 0, or none"
    ),
    (
      "task: colorization\ndata: {weights: [1, 0]}",
      "data.weights is '[1, 0]', expected a list of numbers from 0.000001 to 1000000, such as [1, 0.5]"
    ),
    (
      "task: colorization\ndata: {folders: [a, b], weights: [1e308, 1e308]}",
      "data.weights is '[1e308, 1e308]', expected a list of numbers from 0.000001 to 1000000, such as [1, 0.5]"
    ),
    (
      "task: colorization\ndata: {folders: [a, b], weights: [1, 9e-7]}",
      "data.weights is '[1, 9e-7]', expected a list of numbers from 0.000001 to 1000000, such as [1, 0.5]"
    ),
    (
      "task: colorization\ngenerator: {network: rrdb}",
      "generator.network is 'rrdb', expected resnet, unet, encoderUNet, colorBins, eccv16, siggraph17, deoldify or ddcolor"
    ),
    ("task: paired\ndata: {direction: AB}", "data.direction is 'AB', expected AtoB or BtoA"),
  ])
  func saysWhatIsWrongInPairedTasks(yaml: String, expected: String) {
    #expect(message(yaml).split(separator: ": ", maxSplits: 1).last.map(String.init) == expected)
  }

  @Test func namesInAListSurvive() throws {
    var recipe = Recipe(ColorizationProject.self)
    recipe.data.folders = [
      "coco", "a, b", "[c", "d]", "\"e\" \\ f", " g ", "h: #1", "null", "\u{7}\n\t", ",\u{308}", "ü", "- x",
    ]
    recipe.data.weights = [1, 0.5, 2e-5, 3, 4, 5, 6, 7, 8, 0.000001, 1_000_000, 11]
    recipe.data.earlierCropSizes = [256, 512]
    #expect(try Recipe(yaml: recipe.yaml, name: "") == recipe)
    try recipe.validate(origin: "")
    let written = try Recipe(
      yaml: "task: colorization\ndata:\n  folders:\n  - a, b\n  - 'it''s'\n  - \"[c]\"\n  weights: [1, .5, 2e0]",
      name: "")
    #expect(written.data.folders == ["a, b", "it's", "[c]"] && written.data.weights == [1, 0.5, 2])
    let set = try Recipe(
      yaml: "task: colorization", name: "", settings: [#"data.folders=[my photos,"a, b" , c]"#, "data.weights=[]"])
    #expect(set.data.folders == ["my photos", "a, b", "c"] && set.data.weights.isEmpty)
    #expect(set.data.weightedFolders.map(\.url.lastPathComponent) == ["my photos", "a, b", "c"])
  }

  @Test(arguments: [
    (["/a"], "/a"), (["/"], "/"), ([".."], ".."), (["a", "b/../../c"], "b/../../c"), (["a", ""], ""), ([""], ""),
    (["a", "b", "a"], "a"), (["a/b", "./a//b/"], "./a//b/"), ([".", "a"], "."), (["a", "./"], "./"),
    // A slash with a combining mark is one character, but still ends a component.
    (["../\u{308}a"], "../\u{308}a"),
  ])
  func refusesFoldersOutsideTheRootOrTwice(names: [String], refused: String) {
    var recipe = Recipe(ColorizationProject.self)
    recipe.data.folders = names
    #expect(
      throws: RecipeProblem(
        "data.folders", "data.folders has '\(refused)', expected different subfolders of data.root")
    ) { try recipe.checkFolders() }
  }

  @Test(arguments: [[], ["."], ["./"], ["a", "a/b", "..a", "a..", "...", "b/./c"]])
  func allowsDifferentSubfolders(_ names: [String]) throws {
    var recipe = Recipe(ColorizationProject.self)
    recipe.data.folders = names
    try recipe.checkFolders()
  }

  @Test(arguments: [
    "coco", "[a", "[\"a]", "[\"a\" b]", "[\"\\x\"]", "[\"\\u12\"]", "[[a, b], c]", "[a,, b]", "[\"\"]", "]", "[",
  ])
  func refusesWhatIsNoListOfTexts(_ text: String) {
    #expect(
      message("task: colorization", settings: ["data.folders=\(text)"]).hasSuffix(
        "data.folders is '\(text)', expected a list of texts, such as [one, \"two, quoted\"]"))
  }
}
