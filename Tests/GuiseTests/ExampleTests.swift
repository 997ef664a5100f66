import Foundation
import Guise
import Testing

/// An example of a user's own program: `import Guise` is all that it needs.
@Suite struct ExampleTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func translatesAPhoto() throws {
    let model = folder.url.appending(path: "model.safetensors")
    var configuration = ResNetGenerator.Configuration()
    (configuration.width, configuration.blocks) = (4, 1)
    let generator = ResNetGenerator(configuration)
    Initializer.normal(deviation: 0.02).initialize(generator, seed: 1, purpose: "example")
    try ModelFile.write(
      generator,
      description: ModelDescription(task: "cyclegan", direction: .aToB, network: NetworkDescription(of: generator)),
      to: model)
    try folder.writePhoto("photo.png")

    let photo = try Image(contentsOf: folder.url.appending(path: "photo.png"))
    let painting = try Translator(modelAt: model).translate(photo)
    try painting.write(to: folder.url.appending(path: "painting.jpg"), format: .jpeg(quality: 95))

    let saved = try Image(contentsOf: folder.url.appending(path: "painting.jpg"))
    #expect((saved.width, saved.height, saved.channels) == (24, 20, 3))
    #expect(try painting.peakSignalToNoiseRatio(to: photo) < 30)
  }

  @Test func trainsAModel() throws {
    for name in ["trainA/1.png", "trainA/2.png", "trainB/1.png"] { try folder.writePhoto(name) }

    var recipe = Recipe()
    recipe.data.root = folder.url.path
    (recipe.data.loadSize, recipe.data.cropSize) = (20, 16)
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks) = (4, 1) }
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (4, 1) }
    recipe.schedule.steps = 2
    let run = try TrainingRun(
      recipe: recipe, folder: RunFolder(name: "example", in: folder.url.appending(path: "outputs")), resume: false,
      listeners: [])
    let end = try run.run()

    let model = try #require(end.models.first)
    #expect(try ModelFile(contentsOf: model).description.trainingSteps == 2)
  }
}
