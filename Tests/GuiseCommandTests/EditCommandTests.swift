import Checkpoints
import Images
import Layers
import Models
import Testing

@Suite struct EditCommandTests {
  private let guise: GuiseProgram

  init() throws {
    guise = try GuiseProgram()
    var configuration = StyleGAN2Generator.Configuration()
    (configuration.noise, configuration.style, configuration.mappingLayers, configuration.size) = (4, 6, 1, 8)
    (configuration.capacity, configuration.most, configuration.classes) = (32, 4, 2)
    let network = StyleGAN2Generator(configuration)
    Initializer.equalized.initialize(network, seed: 1, purpose: "test")
    var description = ModelDescription(task: "generation", network: NetworkDescription(of: network))
    description.classes = ["cat", "dog"]
    try ModelFile.write(network, description: description, to: guise["styles.safetensors"])
    try guise.writeModel("translates.safetensors")
    try guise.writeImage("photo.png")
  }

  @Test func movesMadeImagesAndPhotographs() throws {
    let model = ["edit", "-m", "styles.safetensors"]
    let row = try guise.run(model + ["--from", "cat", "--to", "dog", "--interpolate", "3", "-o", "new/row.png"])
    #expect(row.status == 0, "\(row.errors)")
    #expect(try Image(contentsOf: guise["new/row.png"]).width == 3 * 8 + 2 * 2)
    let arguments = ["photo.png", "--steps", "3", "--component", "2", "--strength", "-2", "-o", "edited.png"]
    let edited = try guise.run(model + arguments)
    #expect(edited.status == 0 && edited.errors.contains("found a style"), "\(edited.errors)")
    #expect(try Image(contentsOf: guise["edited.png"]).width == 8)
  }

  @Test func refusesInWords() throws {
    for (arguments, problem) in [
      (["-m", "translates.safetensors", "-o", "x.png"], "does not make images from noise"),
      (["-m", "styles.safetensors", "-o", "x.jpg"], "expected a name that ends in .png"),
      (["-m", "styles.safetensors", "-o", "x.png", "--from", "cat"], "give both"),
      (["-m", "styles.safetensors", "-o", "x.png", "--interpolate", "4"], "--interpolate goes along a direction"),
      (["-m", "styles.safetensors", "-o", "x.png", "--component", "9"], "there is no component 9, expected 1 to 6"),
      (["-m", "styles.safetensors", "-o", "x.png", "none.png"], "none.png"),
    ] {
      let result = try guise.run(["edit"] + arguments)
      #expect(result.status == 2 && result.errors.contains(problem), "\(result.status) \(result.errors)")
      #expect(!guise.exists("x.png"))
    }
  }
}
