import Foundation
import Testing

@Suite struct BundledFilesTests {
  private let guise: GuiseProgram

  init() throws {
    guise = try GuiseProgram()
    try guise.write("bundle/x2.safetensors", Data())
    try guise.writeUpscaler("bundle/x2.safetensors")
    try guise.writeImage("in/a.png")
  }

  private func upscale(_ model: String) throws -> GuiseProgram.Result {
    try guise.run(
      ["upscale", "-i", "in", "-o", "out", "-m", model, "--quiet"],
      environment: ["GUISE_MODELS": guise["bundle"].path])
  }

  @Test(arguments: ["x2", "x2.safetensors", "bundle/x2.safetensors"])
  func aModelIsFoundByItsNameOrPath(_ model: String) throws {
    let result = try upscale(model)
    #expect(result.status == 0 && guise.exists("out/a.png"), "\(result.errors)")
  }

  @Test func aPathWinsOverAName() throws {
    try guise.write("x2", Data("no model".utf8))
    let result = try upscale("x2")
    #expect(result.status == 2 && result.errors.hasPrefix("guise: x2: "), "\(result.errors)")
  }

  @Test func anUnknownNameListsWhatThereIs() throws {
    let result = try upscale("x3")
    #expect(result.status == 2)
    #expect(
      result.errors
        == "guise: there is no file x3 and no bundled model of that name: expected a path, or one of x2: "
        + "did you mean x2?\n")
  }

  @Test func modelsAreListedAndInspected() throws {
    func models(_ arguments: String...) throws -> GuiseProgram.Result {
      try guise.run(["models"] + arguments, environment: ["GUISE_MODELS": guise["bundle"].path])
    }
    let list = try models("list")
    #expect(list.status == 0 && list.output.hasPrefix("x2  super-resolution: SRVGGNet x2"), "\(list.output)")
    let named = try models("inspect", "x2")
    #expect(named.status == 0 && named.output.hasPrefix("x2.safetensors\n"), "\(named.errors)")
    // A run's folder.
    try guise.write("run/checkpoints/step-000007.safetensors", Data(contentsOf: guise["bundle/x2.safetensors"]))
    #expect(try models("inspect", "run").output.hasPrefix("step-000007.safetensors\n"))
    try guise.write("run/generator.safetensors", Data(contentsOf: guise["bundle/x2.safetensors"]))
    #expect(try models("inspect", "run").output.hasPrefix("generator.safetensors\n"))
    let none = try models("inspect", "in")
    #expect(none.status == 2 && none.errors.hasPrefix("guise: in holds no AtoB, BtoA or generator"), "\(none.errors)")
    try guise.write("bundle/upscale-photo.safetensors", Data(contentsOf: guise["bundle/x2.safetensors"]))
    #expect(try models("list").output.contains("; used if none is named\nx2 "))
  }
}
