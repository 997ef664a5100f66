import Checkpoints
import Foundation
import Images
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Runs through both phases with everything that has state: spectral norms or batch norm, averages, measurements.
@Suite struct SuperResolutionRunTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for index in 0..<4 {
      let random = Random(seed: 3, purpose: "photo", step: index)
      let coarse = Image(width: 9, height: 9, channels: 3, pixels: (0..<243).map { random.uniform(at: $0) })
      let photo = coarse.resized(toWidth: 48, height: 40)
      try folder.add("photos/\(index).png", photo.encoded(as: .png, path: "photo"))
    }
  }

  private func recipe(_ discriminator: String = "unet") -> Recipe {
    var recipe = Recipe(SuperResolutionProject.self)
    recipe.data.root = folder.url.appending(path: "photos").path
    recipe.data.validation = recipe.data.root
    recipe.data.cropSize = 32
    let isChosen = recipe.generator.network.choose(discriminator == "unet" ? "msrresnet" : "srresnet")
    #expect(isChosen)
    recipe.generator.network.setAll(["blocks": "1", "width": "4"])
    recipe.generator.average = 0.9
    let isChosenToo = recipe.discriminator.choose(discriminator)
    #expect(isChosenToo)
    recipe.discriminator.setAll(["width": "4", "layers": "1"])
    (recipe.pixelPhase.steps, recipe.adversarialPhase.steps) = (5, 4)
    (recipe.pixelPhase.rate.learningRate, recipe.pixelPhase.rate.decay) = (0.01, .cosine)
    recipe.optimizer.clip = 0.5
    recipe.batch = 2
    (recipe.output.checkpointEvery, recipe.output.sampleEvery, recipe.output.validateEvery) = (4, 3, 2)
    return recipe
  }

  @discardableResult
  private func train(_ recipe: Recipe, in outputs: String, stops: [Int] = []) throws -> TrainingEnd {
    try TrainingTests.train(recipe, in: folder.url.appending(path: outputs), stops: stops).end
  }

  /// Stops within each phase, and at the end of one.
  @Test(arguments: [[2, 7], [4, 5, 6], [5], [8]])
  func aStoppedRunGoesOnToTheSameBytes(_ stops: [Int]) throws {
    for discriminator in ["unet", "vgg"] {
      try train(recipe(discriminator), in: "whole.\(discriminator)")
      try train(recipe(discriminator), in: "stopped.\(discriminator)", stops: stops)
      let runs = ["whole", "stopped"].map { folder.url.appending(path: "\($0).\(discriminator)/run") }
      #expect(try differences(between: runs[0], and: runs[1]) == [])
    }
  }

  @Test func eachPhaseLeavesItsModel() throws {
    let end = try train(recipe(), in: "outputs")
    let run = try RunFolder(name: "run", in: folder.url.appending(path: "outputs"))
    #expect(end.models == [run.model("pixel"), run.model("generator")])
    for name in ["pixel", "generator", "pixel-best", "generator-best"] {
      let model = try ModelFile(contentsOf: run.model(name))
      #expect(model.description.task == "super-resolution")
      #expect(try model.upscaler().scale == 4)
    }
    let losses = try String(contentsOf: run.losses, encoding: .utf8).split(separator: "\n")
    #expect(losses.count == 10)
    #expect(losses[0] == "step,epoch,learningRate,pixel,features,adversarial,discriminator")
    #expect(losses[5].hasSuffix(",,,") && !losses[6].contains(",,"))
    // At every second step, and at the end of a phase.
    let table = try String(contentsOf: run.validation, encoding: .utf8).split(separator: "\n")
    #expect(table.first == "step,psnr,ssim,gridRatio,best")
    let measured = table.dropFirst()
    #expect(measured.map { $0.prefix { $0 != "," } } == ["2", "4", "5", "6", "8", "9"])
  }

  @Test func saysWhenTheResultsShowAGrid() throws {
    let project = try SuperResolutionProject(recipe())
    func warning(_ ratio: Double) -> String? {
      project.warning(of: [.init(.peakSignalToNoiseRatio, 25), .init(.gridRatio, ratio)])
    }
    #expect(warning(1.14) == nil && project.warning(of: [.init(.peakSignalToNoiseRatio, 25)]) == nil)
    let text = try #require(warning(1.3))
    #expect(text.contains("grid of 4 pixels") && text.contains("1.30") && text.contains("featureWeight"))
  }

  /// A shuffle that makes every fourth column brighter.
  @Test func measuresTheGridOfResults() throws {
    var recipe = recipe()
    recipe.generator.network.use(MSRResNet.self) { ($0.width, $0.blocks, $0.upsampling) = (4, 1, .direct) }
    let project = try SuperResolutionProject(recipe)
    func ratio() throws -> Double {
      try #require(try project.validate()?.first { $0.measure == .gridRatio }?.value)
    }
    let before = try ratio()
    let last = try #require((project.task.generator as? MSRResNet)?.last)
    last.bias?.value = NDArray((0..<48).map { $0 % 4 == 0 ? 0.3 : 0 }, shape: [48])
    #expect(try ratio() > 1.5 * before)
  }

  @Test func aRunMayBeginWithAModel() throws {
    try train(recipe(), in: "outputs")
    let file = folder.url.appending(path: "outputs/run/pixel.safetensors")
    var recipe = recipe()
    recipe.generator.initial = file.path
    let generator = try SuperResolutionProject.makeTask(recipe).generator
    let expected = try ModelFile(contentsOf: file).upscaler()
    #expect(generator.parameters.map(\.value) == expected.parameters.map(\.value))
    recipe.generator.network.use(MSRResNet.self) { $0.blocks = 2 }
    let error = #expect(throws: CheckpointError.self) { try SuperResolutionProject.makeTask(recipe) }
    #expect(error?.problem.contains("and the recipe's generator a MSRResNet") == true)
  }

  private func span() -> Recipe {
    var recipe = recipe()
    recipe.generator.network.use(SPAN.self) { ($0.blocks, $0.width) = (1, 4) }
    return recipe
  }

  @Test(arguments: [[2, 7], [5]])
  func aStoppedRunOfBranchesGoesOnToTheSameBytes(_ stops: [Int]) throws {
    try train(span(), in: "whole")
    try train(span(), in: "stopped", stops: stops)
    let runs = ["whole", "stopped"].map { folder.url.appending(path: "\($0)/run") }
    #expect(try differences(between: runs[0], and: runs[1]) == [])
  }

  /// Every parameter learns, and the finished model is one that upscales.
  @Test(arguments: ["realplksr", "swinir", "hat", "dat", "srformer", "omnisr"])
  func networksWithAttentionLearn(_ name: String) throws {
    var recipe = recipe()
    let isChosen = recipe.generator.network.choose(name)
    #expect(isChosen)
    recipe.generator.network.setAll([
      "blocks": "1", "scale": name == "omnisr" ? "2" : "4", "width": name == "dat" ? "96" : "8", "largeChannels": "2",
      "kernel": "5", "depths": "[2]",
      "heads": "[2]",
      "hidden": "8", "window": "4", "windowHeight": "2", "windowWidth": "4", "overlap": "6", "compressed": "3",
      "squeezed": "2", "upsamplingWidth": "4",
    ])
    recipe.generator.average = 0
    (recipe.pixelPhase.steps, recipe.adversarialPhase.steps) = (3, 0)
    let before = try SuperResolutionProject.makeTask(recipe).generator
    let end = try train(recipe, in: "outputs")
    let model = try ModelFile(contentsOf: try #require(end.models.first))
    #expect(model.description.network == recipe.generator.network.network)
    for (old, new) in zip(before.namedParameters, try model.upscaler().namedParameters) {
      #expect(old.parameter.value != new.parameter.value, "\(old.name)")
    }
  }

  /// What is learnt in branches ends in single kernels, from which a recipe of that form may begin.
  @Test func aRunOfBranchesLeavesAFoldedModel() throws {
    try train(span(), in: "outputs")
    let run = try RunFolder(name: "run", in: folder.url.appending(path: "outputs"))
    for name in ["pixel", "generator", "pixel-best", "generator-best"] {
      let network = try ModelFile(contentsOf: run.model(name)).description.network
      #expect(network.configuration(of: SPAN.self)?.form == .folded)
    }
    #expect(try TensorFile(contentsOf: run.checkpoint(step: 9)).names.contains("generator.first.skip.weight"))

    var recipe = span()
    recipe.generator.initial = run.model("generator").path
    let error = #expect(throws: CheckpointError.self) { try SuperResolutionProject.makeTask(recipe) }
    #expect(
      error?.problem == "is a SPAN x4, 1 block, width 4, 3 to 3 channels, folded, and the recipe's generator a SPAN "
        + "x4, 1 block, width 4, 3 to 3 channels, open")
    recipe.generator.network.use(SPAN.self) { $0.form = .folded }
    try train(recipe, in: "finer")
    let finer = try RunFolder(name: "run", in: folder.url.appending(path: "finer"))
    let before = try ModelFile(contentsOf: run.model("generator")).upscaler()
    let after = try ModelFile(contentsOf: finer.model("generator")).upscaler()
    #expect(before.namedParameters.map(\.name) == after.namedParameters.map(\.name))
    #expect(before.parameters.map(\.value) != after.parameters.map(\.value))
  }

  /// Starts at little better than bilinear enlargement, which is what an untrained network gives.
  @Test func learnsToEnlarge() throws {
    var recipe = recipe()
    (recipe.pixelPhase.steps, recipe.adversarialPhase.steps) = (150, 0)
    recipe.generator.network.use(MSRResNet.self) { ($0.width, $0.upsampling) = (16, .direct) }
    recipe.output.validateEvery = 1
    let run = try RunFolder(name: "run", in: folder.url.appending(path: "outputs"))
    _ = try TrainingRun(recipe: recipe, folder: run, resume: false, listeners: [ValidationLog(file: run.validation)])
      .run()
    let rows = try String(contentsOf: run.validation, encoding: .utf8).split(separator: "\n").dropFirst()
    let ratios = rows.compactMap { Double($0.split(separator: ",")[1]) }
    #expect(try #require(ratios.last) > ratios[0] + 1, "\(ratios)")
  }
}
