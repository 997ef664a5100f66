import Checkpoints
import Datasets
import Foundation
import Images
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Networks of gray and of colour images, by the images or by the recipe.
@Suite struct ChannelTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (channels, name) in [(1, "gray"), (3, "color")] {
      for number in 0..<3 {
        let random = Random(seed: 3, purpose: name, step: number)
        let pixels = (0..<24 * 24 * channels).map { random.uniform(at: $0) }
        let bytes = try Image(width: 24, height: 24, channels: channels, pixels: pixels).encoded(as: .png, path: name)
        for split in ["train", "test"] {
          for domain in ["A", "B"] { try folder.add("\(name)-\(domain)/\(split)\(domain)/\(number).png", bytes) }
        }
      }
    }
  }

  /// A root whose domains are of these kinds.
  private func root(_ a: String, _ b: String) throws -> String {
    let root = folder.url.appending(path: "\(a)-\(b)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    for split in ["train", "test"] {
      for (domain, kind) in [("A", a), ("B", b)]
      where !FileManager.default.fileExists(atPath: root.appending(path: split + domain).path) {
        try FileManager.default.createSymbolicLink(
          at: root.appending(path: split + domain),
          withDestinationURL: folder.url.appending(path: "\(kind)-\(domain)/\(split)\(domain)"))
      }
    }
    return root.path
  }

  private func recipe(_ task: any TrainingProject.Type, _ a: String, _ b: String) throws -> Recipe {
    var recipe = Recipe(task)
    recipe.data.root = try root(a, b)
    (recipe.data.loadSize, recipe.data.cropSize) = (18, 16)
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks, $0.norm) = (2, 1, .instance) }
    recipe.discriminator.use(PixelDiscriminator.self) { $0.width = 2 }
    recipe.contrast.layers = ["image", "block1"]
    (recipe.contrast.patches, recipe.contrast.features) = (8, 4)
    recipe.augmentation.changes = DifferentiableAugmentation(color: true, cutout: true)
    recipe.schedule.steps = 4
    (recipe.output.sampleEvery, recipe.output.validateEvery) = (2, 2)
    return recipe
  }

  private func channels(_ file: URL) throws -> [Int?] {
    let network = try ModelFile(contentsOf: file).description.network
    return [network.inputChannels, network.outputChannels]
  }

  @Test(arguments: [("gray", "gray"), ("gray", "color"), ("color", "gray")])
  func theImagesDecide(_ a: String, _ b: String) throws {
    let expected = [a, b].map { $0 == "gray" ? 1 : 3 }
    for (task, name) in [
      (CycleGANProject.self as any TrainingProject.Type, "AtoB"),
      (UnpairedProject<ContrastiveTranslation>.self, "AtoB"),
      (PairedProject.self, "generator"),
    ] {
      let run = try RunFolder(name: "\(task.name)-\(a)-\(b)", in: folder.url.appending(path: "outputs"))
      let recipe = try recipe(task, a, b)
      var steps = 0
      // In two parts, as exactly as in one.
      _ = try TrainingRun(recipe: recipe, folder: run, resume: false, listeners: run.reports()).run {
        steps += 1
        return steps == 1
      }
      _ = try TrainingRun(recipe: recipe, folder: run, resume: true, listeners: run.reports()).run()
      #expect(try channels(run.model(name)) == expected)
      if task.name == "cyclegan" { #expect(try channels(run.model("BtoA")) == expected.reversed()) }
      let model = try ModelFile(contentsOf: run.model(name)).generator()
      let output = withoutGradients { model(Tensor(NDArray(repeating: 0, shape: [1, 16, 16, expected[0]]))).value }
      #expect(Image(array: output).channels == expected[1])
    }
  }

  @Test func theRecipeMayDecideOtherwise() throws {
    var recipe = try recipe(PairedProject.self, "gray", "color")
    (recipe.generator.inputChannels, recipe.generator.outputChannels) = (.color, .gray)
    let project = try PairedProject(recipe)
    let sample = try project.batches(0)
    #expect(sample.input.shape == [1, 16, 16, 3] && sample.target.shape == [1, 16, 16, 1])
    // Against the direction of the folders.
    recipe.data.direction = .bToA
    (recipe.generator.inputChannels, recipe.generator.outputChannels) = (.auto, .auto)
    let reversed = try PairedProject(recipe).batches(0)
    #expect(reversed.input.shape[3] == 3 && reversed.target.shape[3] == 1)
    let read = try Recipe(
      yaml: "task: cut\ngenerator: {inputChannels: 1, outputChannels: auto}", name: "recipe.yaml")
    #expect(read.generator.inputChannels == .gray && read.generator.outputChannels == .auto)
    #expect(try Recipe(yaml: read.yaml, name: "again") == read)
  }

  /// A gray image and one in colours, one behind the other, change as they would alone.
  @Test func colorsOfEachImageChange() {
    var change = DifferentiableAugmentation.Change()
    (change.brightness, change.saturation, change.contrast) = (0.2, 1.5, 0.7)
    let (gray, color) = (
      Tensor(RandomImages.array("gray", size: 4, channels: 1)), Tensor(RandomImages.array("color", size: 4))
    )
    let both = concatenated([gray, color], axis: 3).changed([change], channels: [1, 3])
    #expect(both.sliced(axis: 3, range: 1..<4).value == color.changed([change]).value)
    let mean = gray.value.scalars.reduce(0, +) / 16
    for (before, after) in zip(gray.value.scalars, both.sliced(axis: 3, range: 0..<1).value.scalars) {
      #expect(abs((before - mean) * 0.7 + mean + 0.2 - after) < 1e-5)
    }
  }
}
