import Foundation
import Images
import Testing

@Suite struct TranslateCommandTests {
  private let guise: GuiseProgram

  init() throws {
    guise = try GuiseProgram()
    try guise.writeModel("model.safetensors")
  }

  private func translate(_ arguments: String...) throws -> GuiseProgram.Result {
    try guise.run(["translate", "-i", "in", "-o", "out", "-m", "model.safetensors"] + arguments)
  }

  @Test func translatesAFolderAndSkipsWhatIsDone() throws {
    try guise.writeImage("in/a.jpg")
    try guise.writeImage("in/trip to ü/b.PNG.png", width: 33, height: 21, color: [0.5, 0.25])
    let first = try translate("--page")
    #expect(first.status == 0 && first.output.isEmpty)
    #expect(first.errors.contains("1/2  done") && first.errors.contains("2 translated"))
    let image = try Image(contentsOf: guise["out/trip to ü/b.PNG.png"])
    #expect((image.width, image.height, image.channels) == (33, 21, 4))
    #expect(try String(contentsOf: guise["out/index.html"], encoding: .utf8).contains("../in/trip%20to%20"))

    let second = try translate()
    #expect(second.status == 0 && second.errors.contains("0 translated, 2 skipped"))
    #expect(try translate("--quiet").errors.isEmpty)
    #expect(try translate("--overwrite", "-j", "1:2:3").errors.contains("2 translated"))
  }

  /// Another size, or another way back from it, is another result.
  @Test func translatesAtASizeAndMakesOthersAgain() throws {
    try guise.writeImage("in/a.png", width: 50, height: 40)
    try guise.writeUpscaler("upscaler.safetensors")
    for options in [[], ["--size", "16"], ["--size", "20"], ["--size", "20", "--then", "upscaler.safetensors"]] {
      for count in ["1 translated", "0 translated, 1 skipped"] {
        let result = try guise.run(["translate", "-i", "in", "-o", "out", "-m", "model.safetensors"] + options)
        #expect(result.status == 0 && result.errors.contains(count), "\(options): \(result.errors)")
      }
      let image = try Image(contentsOf: guise["out/a.png"])
      #expect((image.width, image.height) == (50, 40))
    }
  }

  @Test func aTextFileNamedLikeAnImageStopsNothing() throws {
    for name in ["a.jpg", "c.jpg"] { try guise.writeImage("in/\(name)") }
    try guise.write("in/b.jpg", Data("not a picture".utf8))
    let result = try translate("--quiet")
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(result.errorLines.count == 1 && result.errors.hasPrefix("guise: in/b.jpg is not an image of a known kind"))
    #expect(guise.exists("out/a.jpg") && guise.exists("out/c.jpg") && !guise.exists("out/b.jpg"))
    let again = try translate()
    #expect(again.errors.hasSuffix("1 failed\n  failed: in/b.jpg\nwhy: out/failures.csv\n"))
    #expect(try String(contentsOf: guise["out/failures.csv"], encoding: .utf8).hasPrefix("file,reason\r\nin/b.jpg,"))
  }

  @Test func namesDoNothingToTheTerminal() throws {
    try guise.writeImage("in/a\u{1b}[2J\nb.png")
    let result = try translate()
    #expect(result.status == 0 && result.errors.contains("in/a?[2J?b.png"))
    #expect(guise.exists("out/a\u{1b}[2J\nb.png"))
  }

  @Test func outcomesAreJSONOnRequest() throws {
    try guise.writeImage("in/a.png")
    try guise.write("in/b.jpg", Data())
    let result = try translate("--json")
    let lines = try result.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    let outcomes = lines.map { "\($0["input"] ?? "") \($0["status"] ?? "")" }
    #expect(Set(outcomes) == ["in/a.png done", "in/b.jpg failed"])
    #expect(result.status == 1)
  }

  @Test(arguments: [
    (["translate", "-i", "gone", "-o", "out", "-m", "model.safetensors"], "guise: there is no file or folder gone"),
    (["translate", "-i", "in", "-o", "out", "-m", "gone.pth"], "guise: gone.pth: there is no such file"),
    (["translate", "-i", "in", "-o", "in", "-m", "model.safetensors"], "guise: the output folder in is the input"),
    (["translate", "-i", "in", "-o", "out", "-m", "text.pth"], "guise: text.pth: is neither"),
    (["translate", "-i", "in", "-o", "out", "-m", "in"], "guise: in holds no AtoB.safetensors"),
    (
      ["translate", "-i", "in", "-o", "out", "-m", "model.safetensors", "--direction", "BtoA"],
      "guise: model.safetensors translates AtoB, not BtoA: leave --direction out, or give the other model"
    ),
    (
      ["translate", "-i", "in", "-o", "out", "-m", "model.safetensors", "--size", "12"],
      "guise: model.safetensors: the network cannot work at a size of 12 pixels, expected at least 16"
    ),
    (["translate", "-i", "in", "-o", "out", "-m", "m", "--size", "0"], "guise: --size is 0, expected 1 or more"),
    (["translate", "-i", "in", "-o", "out", "-m", "m", "--then", "u"], "guise: --then takes what --size has made"),
    (
      ["translate", "-i", "in", "-o", "out", "-m", "model.safetensors", "--size", "16", "--then", "model.safetensors"],
      "guise: model.safetensors: is a generator that translates images (ResNet generator, 1 block, width 4, "
        + "3 to 3 channels, instance norm, transposed convolutions), expected a super-resolution network\n"
    ),
    (["translate", "-i", "in", "-o", "out"], "guise: Missing expected argument '--model <path|name>'"),
    (["translate", "-i", "in", "-o", "o", "-m", "m", "-f", "gif"], "guise: The value 'gif' is invalid"),
    (["translate", "-i", "in", "-o", "o", "-m", "m", "--quality", "0"], "guise: --quality is 0, expected 1 to 100"),
    (
      ["translate", "-i", "in", "-o", "o", "-m", "m", "--shard", "3/2"],
      "guise: The value '3/2' is invalid for '--shard <i/n>': expected one part of several, such as 2/8"
    ),
    (
      ["translate", "-i", "in", "-o", "o", "-m", "m", "-j", "2:0:2"],
      "guise: The value '2:0:2' is invalid for '-j <load:compute:save>': expected one or three whole numbers"
    ),
    (["translate", "-i", "in", "-o", "o", "-m", "m", "--threads", "0"], "guise: --threads is 0, expected 1 to 1024"),
    (
      ["translate", "-i", "in", "-o", "o", "-m", "m", "--memory", "4"],
      "guise: The value '4' is invalid for '--memory <size>': expected a number with the unit K, M, G or T, such as 4G"
    ),
    (["translate", "-i", "in", "-o", "o", "-m", "m", "--memory", "0G"], "guise: The value '0G' is invalid"),
    (["models", "inspect", "text.pth"], "guise: text.pth: is neither"),
    (["paint"], "guise: there is no command paint: expected translate"),
    (["bench", "forward", "--size", "30"], "guise: --size is 30, expected a multiple of 4 from 16 to 8192"),
    (["bench", "compare"], "guise: Missing expected argument '--python <path>'"),
    (["bench", "compare", "--python", "gone/python"], "guise: --python: gone/python is no program that can be run"),
    (["bench", "compare", "--python", "in"], "guise: --python: in is no program that can be run"),
    (["bench", "compare", "--python", "p", "--train", "--network", "srvgg"], "guise: --train compares CycleGAN's"),
    (["bench", "compare", "--python", "p", "--depthwise", "--train"], "guise: --depthwise compares single"),
    (["bench", "compare", "--python", "p", "--depthwise", "--network", "srvgg"], "guise: --depthwise compares single"),
    (["bench", "compare", "--python", "p", "--depthwise", "--size", "64"], "guise: --depthwise compares single"),
    (["bench", "compare", "--python", "p", "--network", "unet"], "guise: --network is unet, expected resnet9"),
    (
      ["bench", "compare", "--python", "p", "--network", "colorBins", "--size", "100"],
      "guise: --size is 100, expected a multiple of 32"
    ),
    (["train"], "guise: Missing expected argument '<recipe>'"),
  ])
  func saysInOneLineWhyNothingCouldBeDone(arguments: [String], message: String) throws {
    try guise.writeImage("in/a.png")
    try guise.write("text.pth", Data("not a model".utf8))
    let result = try guise.run(arguments)
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.errors.hasPrefix(message), "\(result.errors)")
    #expect(result.errorLines.count == 1)
  }

  @Test(arguments: [
    ["--help"], ["translate", "--help"], ["upscale", "--help"], ["train", "--help"], ["models", "inspect", "--help"],
    ["bench", "forward", "--help"], ["bench", "train", "--help"], ["bench", "compare", "--help"],
  ])
  func helpHoldsAnExample(arguments: [String]) throws {
    let result = try guise.run(arguments)
    #expect(result.status == 0 && result.errors.isEmpty)
    #expect(result.output.contains("Example: guise"))
  }

  @Test func controlCFinishesTheFileAndSaysHowToGoOn() throws {
    for i in 0..<40 { try guise.writeImage("in/\(i).png", width: 400, height: 300) }
    let result = try guise.run(["translate", "-i", "in", "-o", "out", "-m", "model.safetensors"]) { process in
      while process.isRunning && !guise.exists("out/0.png") { usleep(5000) }
      process.interrupt()
    }
    #expect(result.status == 130)
    #expect(result.errors.contains("files to go: the same command goes on from here"))
    let rest = try translate()
    #expect(rest.status == 0 && rest.errors.contains("skipped"))
    for i in 0..<40 { _ = try Image(contentsOf: guise["out/\(i).png"]) }
  }

  @Test func keepsToTheMemoryAllowed() throws {
    try guise.writeImage("in/a.png", width: 400, height: 300)
    let refused = try translate("--memory", "1.5M")
    #expect(refused.status == 2 && !guise.exists("out"))
    #expect(refused.errors.contains("--memory allows 2 MB, and the program with its model takes"), "\(refused.errors)")
    #expect(try translate("--memory", "1g").status == 0)
    #expect(guise.exists("out/a.png"))
  }

  @Test func inspectsAModel() throws {
    let result = try guise.run(["models", "inspect", "model.safetensors", "--tensors"])
    #expect(result.status == 0 && result.output.contains("AtoB") && result.output.contains("model.1.weight"))
  }

}
