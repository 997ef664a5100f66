import Checkpoints
import Foundation
import Images
import Layers
import Models
import Tensors
import Testing

@Suite struct GenerateCommandTests {
  private let guise: GuiseProgram

  init() throws {
    guise = try GuiseProgram()
    try writeModel("plain.safetensors", classes: [])
    try writeModel("classes.safetensors", classes: ["cat", "../dog"])
  }

  /// A small network with random weights.
  private func writeModel(_ path: String, classes: [String], takesCaptions: Bool = false) throws {
    var configuration = ConnectedGenerator.Configuration()
    (configuration.noise, configuration.width, configuration.layers, configuration.size) = (3, 8, 1, 6)
    configuration.classes = classes.count
    let network = ConnectedGenerator(configuration)
    Initializer.kaiming(scale: 1).initialize(network, seed: 1, purpose: "test")
    var description = ModelDescription(task: "generation", network: NetworkDescription(of: network))
    description.classes = classes.isEmpty || takesCaptions ? nil : classes
    description.takesCaptions = takesCaptions
    try ModelFile.write(network, description: description, to: guise[path])
  }

  private func files(in folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: guise[folder].path).filter { $0.hasSuffix(".png") }.sorted()
  }

  @Test func makesAFolderOfImagesThatDependOnSeedAndPlace() throws {
    #expect(try guise.run(["generate", "-m", "plain.safetensors", "-n", "3", "-o", "few"]).status == 0)
    #expect(try guise.run(["generate", "-m", "plain.safetensors", "-n", "70", "-o", "many"]).status == 0)
    #expect(
      try guise.run(["generate", "-m", "plain.safetensors", "-n", "3", "-o", "other", "--seed", "2"]).status == 0)
    #expect(try files(in: "few") == ["0000.png", "0001.png", "0002.png"])
    func bytes(_ path: String) throws -> Data { try Data(contentsOf: guise[path]) }
    for name in try files(in: "few") {
      #expect(try bytes("few/\(name)") == bytes("many/\(name)"))
      #expect(try bytes("few/\(name)") != bytes("other/\(name)"))
    }
    let image = try Image(contentsOf: guise["many/0069.png"])
    #expect(image.width == 6 && image.height == 6 && image.channels == 1)
  }

  @Test func classesAreSubfolders() throws {
    #expect(try guise.run(["generate", "-m", "classes.safetensors", "-n", "4", "-o", "both"]).status == 0)
    #expect(try files(in: "both") == ["_.._dog/0001.png", "_.._dog/0003.png", "cat/0000.png", "cat/0002.png"])
    #expect(
      try guise.run(["generate", "-m", "classes.safetensors", "-n", "2", "-o", "cats", "--label", "cat"]).status == 0)
    #expect(try files(in: "cats") == ["cat/0000.png", "cat/0001.png"])
    let first = try Data(contentsOf: guise["both/cat/0000.png"])
    #expect(try first == Data(contentsOf: guise["cats/cat/0000.png"]))
  }

  @Test func captionsAreTakenAndListed() throws {
    try writeModel("captions.safetensors", classes: ["", ""], takesCaptions: true)
    try Data("a cat\na dog\n".utf8).write(to: guise["asked.txt"])
    try Safetensors.write(
      [NamedTensor("vectors", NDArray([1, 0, 0, 1], shape: [2, 2]))], to: guise["asked.safetensors"])
    let given = ["--captions", "asked.txt", "--vectors", "asked.safetensors"]
    let made = try guise.run(["generate", "-m", "captions.safetensors", "-n", "3", "-o", "made"] + given)
    #expect(made.status == 0, "\(made.errors)")
    #expect(try files(in: "made") == ["0000.png", "0001.png", "0002.png"])
    #expect(
      try String(contentsOf: guise["made/captions.tsv"], encoding: .utf8)
        == "0000.png\ta cat\n0001.png\ta dog\n0002.png\ta cat\n")
    let dogs = ["generate", "-m", "captions.safetensors", "-n", "2", "-o", "dogs", "--label", "a dog"] + given
    #expect(try guise.run(dogs).status == 0)
    #expect(try Data(contentsOf: guise["dogs/0001.png"]) == Data(contentsOf: guise["made/0001.png"]))
    for (arguments, problem) in [
      (["-m", "captions.safetensors"], "makes images of captions, expected some, with vectors of 2 values"),
      (["-m", "captions.safetensors", "--captions", "asked.txt"], "--captions and --vectors belong together"),
      (["-m", "classes.safetensors"] + given, "has learnt no captions: give none"),
    ] {
      let result = try guise.run(["generate", "-o", "x"] + arguments)
      #expect(result.status == 2 && result.errors.contains(problem), "\(result.status) \(result.errors)")
    }
  }

  @Test func cardsSayHowImagesAreMade() throws {
    for (model, words) in [("plain", "from noise."), ("classes", "from noise, of 2 classes.")] {
      let card = try guise.run(["models", "card", "\(model).safetensors"])
      #expect(card.status == 0 && card.output.contains("makes images \(words)"), "\(card.output)\(card.errors)")
      #expect(card.output.contains("guise generate -m '\(model).safetensors' -n 64 -o images"))
      #expect(card.output.contains("pipeline_tag: unconditional-image-generation"))
    }
  }

  @Test func grids() throws {
    let plain = ["generate", "-m", "plain.safetensors", "--grid"]
    #expect(try guise.run(plain + ["-n", "9", "-o", "new/grid.png", "--truncation", "0.5"]).status == 0)
    #expect(try Image(contentsOf: guise["new/grid.png"]).width == 3 * 6 + 2 * 2)
    #expect(try guise.run(plain + ["-n", "2", "--interpolate", "5", "-o", "rows.png"]).status == 0)
    let rows = try Image(contentsOf: guise["rows.png"])
    #expect(rows.width == 5 * 6 + 4 * 2 && rows.height == 2 * 6 + 2)
  }

  @Test func refusesInWords() throws {
    for (arguments, problem) in [
      (["-m", "plain.safetensors", "-o", "x", "--label", "cat"], "the model makes images without classes"),
      (
        ["-m", "classes.safetensors", "-o", "x", "--label", "cow"],
        "the model knows no class 'cow', expected one of cat,"
      ),
      (["-m", "classes.safetensors", "-o", "x", "-n", "0"], "--number is 0, expected 1 to 10000000"),
      (["-m", "classes.safetensors", "-o", "x", "--grid"], "expected a name that ends in .png with --grid"),
      (["-m", "classes.safetensors", "-o", "x", "--interpolate", "4"], "--interpolate makes rows: add --grid"),
      (["-m", "none.safetensors", "-o", "x"], "none.safetensors"),
    ] {
      let result = try guise.run(["generate"] + arguments)
      #expect(result.status == 2 && result.errors.contains(problem), "\(result.status) \(result.errors)")
      #expect(!guise.exists("x"))
    }
    try guise.writeModel("translates.safetensors")
    let other = try guise.run(["generate", "-m", "translates.safetensors", "-o", "x"])
    #expect(other.status == 2 && other.errors.contains("does not make images from noise"))
    try guise.writeImage("photo.png")
    let wrong = try guise.run(["translate", "photo.png", "-m", "plain.safetensors"])
    #expect(wrong.status == 2 && wrong.errors.contains("makes images from noise"), "\(wrong.errors)")
  }
}
