import Checkpoints
import Foundation
import Testing

@Suite struct ModelsCommandTests {
  private let guise: GuiseProgram

  init() throws {
    guise = try GuiseProgram()
    try guise.writeUpscaler("a.safetensors")
    try guise.writeUpscaler("b.safetensors")
  }

  @Test func blendsTwoModelsIntoANewFile() throws {
    let arguments = ["models", "blend", "a.safetensors", "b.safetensors", "--share", "0.3", "-o", "c.safetensors"]
    #expect(try guise.run(arguments).status == 0)
    let blend = try ModelFile(contentsOf: guise["c.safetensors"])
    #expect(blend.description.name == "a with 0.3 of b" && blend.description.task == "super-resolution")
    let again = try guise.run(arguments)
    #expect(again.status == 2 && again.errors.contains("c.safetensors: exists already: name another file"))
  }

  @Test(arguments: [
    (
      ["blend", "a.safetensors", "b.safetensors", "--share", "1.5", "-o", "c.safetensors"],
      "--share is 1.5, expected 0 to 1"
    ),
    (["blend", "a.safetensors", "b.safetensors", "-o", "c.pth"], "c.pth, expected a name that ends in .safetensors"),
    (["blend", "a.safetensors", "gone.pth", "-o", "c.safetensors"], "guise: gone.pth: there is no such file"),
    (["card", "gone.pth"], "guise: gone.pth: there is no such file"),
  ])
  func saysWhatIsWrong(arguments: [String], message: String) throws {
    let result = try guise.run(["models"] + arguments)
    #expect(result.status == 2 && result.output.isEmpty && result.errors.contains(message), "\(result.errors)")
    #expect(!guise.exists("c.safetensors"))
  }

  @Test func convertsForOtherProgramsAndBack() throws {
    for (from, to) in [("a.safetensors", "a.onnx"), ("a.onnx", "a.param"), ("a.bin", "a.pth")] {
      let result = try guise.run(["models", "convert", from, to])
      #expect(result.status == 0 && result.output.contains("\(to): SRVGGNet x2"), "\(result.errors)")
    }
    let (first, last) = try (TensorFile(contentsOf: guise["a.safetensors"]), TensorFile(contentsOf: guise["a.pth"]))
    #expect(first.arrays() == last.arrays())
    let again = try guise.run(["models", "convert", "a.onnx", "a.pth"])
    #expect(again.status == 2 && again.errors.contains("a.pth: exists already"), "\(again.errors)")
  }

  @Test func printsACard() throws {
    let card = try guise.run(["models", "card", "a.safetensors"])
    #expect(card.status == 0 && card.output.hasPrefix("---\nlicense: other\n"))
    #expect(card.output.contains("guise upscale -i photos -o results -m 'a.safetensors'"))
  }
}
