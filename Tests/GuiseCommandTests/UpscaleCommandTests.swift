import Checkpoints
import Foundation
import Images
import Layers
import Models
import Testing

@Suite struct UpscaleCommandTests {
  private let guise: GuiseProgram

  init() throws {
    guise = try GuiseProgram()
    try writeModel("models/upscale-photo.safetensors", scale: 4)
    try writeModel("models/upscale-photo-denoise.safetensors", scale: 4, seed: 2)
    try writeModel("x2.safetensors", scale: 2)
    try writeModel("x2-denoise.safetensors", scale: 4)
    try guise.writeModel("translates.safetensors")
  }

  /// A small network with random weights.
  private func writeModel(_ path: String, scale: Int, seed: UInt64 = 1) throws {
    var configuration = SRVGGNet.Configuration()
    (configuration.width, configuration.convolutions, configuration.scale) = (8, 2, scale)
    let network = SRVGGNet(configuration)
    Initializer.normal(deviation: 0.05).initialize(network, seed: seed, purpose: "test")
    let description = ModelDescription(
      task: "super-resolution", network: NetworkDescription(SRVGGNet.self, configuration))
    try guise.write(path, Data())
    try ModelFile.write(network, description: description, to: guise[path])
  }

  /// With a small model in place of the bundled one.
  private func upscale(_ arguments: String...) throws -> GuiseProgram.Result {
    try guise.run(["upscale", "-o", "out"] + arguments, environment: ["GUISE_MODELS": guise["models"].path])
  }

  @Test func upscalesAFolderWithTheBundledModel() throws {
    try guise.writeImage("in/a.jpg", width: 33, height: 20)
    try guise.writeImage("in/sub/b.png", width: 5, height: 7, color: [0.5, 0.25])
    let first = try upscale("-i", "in")
    #expect(first.status == 0 && first.output.isEmpty && first.errors.contains("2 upscaled"), "\(first.errors)")
    let (a, b) = (try Image(contentsOf: guise["out/a.jpg"]), try Image(contentsOf: guise["out/sub/b.png"]))
    #expect((a.width, a.height, a.channels) == (132, 80, 3))
    #expect((b.width, b.height, b.channels) == (20, 28, 2))
    #expect(try upscale("-i", "in").errors.contains("0 upscaled, 2 skipped"))
  }

  @Test(arguments: [("2", 40), ("3", 60), ("4", 80), ("1.5", 30), ("6", 120)])
  func makesTheSizeAskedFor(scale: String, width: Int) throws {
    try guise.writeImage("a.png", width: 20, height: 10)
    let result = try upscale("-i", "a.png", "-s", scale, "-t", "32", "--json", "--quiet", "-f", "png")
    #expect(result.status == 0 && result.errors.isEmpty && result.output.contains("\"status\":\"done\""))
    let image = try Image(contentsOf: guise["out/a.png"])
    #expect((image.width, image.height) == (width, width / 2))
  }

  @Test func denoisesByTheModelBesideIt() throws {
    try guise.writeImage("a.png", width: 20, height: 10, color: [0.3, 0.6, 0.9])
    func pixels(_ arguments: String...) throws -> [Float] {
      let result = try guise.run(
        ["upscale", "-i", "a.png", "-o", "out", "--json", "--overwrite"] + arguments,
        environment: ["GUISE_MODELS": guise["models"].path])
      #expect(result.status == 0 && result.output.contains("\"status\":\"done\""), "\(result.errors)")
      return try Image(contentsOf: guise["out/a.png"]).pixels
    }
    let (own, half, whole) = (try pixels(), try pixels("--denoise", "0.5"), try pixels("--denoise", "1"))
    #expect(own != half && half != whole && own != whole)
    #expect(try pixels("-m", guise["models/upscale-photo-denoise.safetensors"].path) == whole)
    #expect(try pixels("--denoise", "0") == own)
  }

  /// Results of other settings are other results, so they are made again.
  @Test func ensemblesAndTexturesAreMadeAnew() throws {
    try guise.writeImage("in/a.png", width: 20, height: 10, color: [0.3, 0.6, 0.9])
    var seen: [[Float]] = []
    for arguments in [[], ["--ensemble"], ["--wrap"], ["--ensemble", "--wrap", "-s", "1.5"]] {
      let result = try guise.run(
        ["upscale", "-o", "out", "-i", "in", "--overwrite"] + arguments,
        environment: ["GUISE_MODELS": guise["models"].path])
      #expect(result.status == 0 && result.errors.contains("1 upscaled"), "\(result.errors)")
      let pixels = try Image(contentsOf: guise["out/a.png"]).pixels
      #expect(!seen.contains(pixels))
      seen.append(pixels)
    }
    #expect(seen.map(\.count) == [9600, 9600, 9600, 1350])
  }

  @Test func resultsLieBesideTheirInputsIfNoOutputIsNamed() throws {
    for path in ["a.jpg", "photos/b.png", "sub/c.png"] { try guise.writeImage(path) }
    func upscale(_ arguments: String...) throws -> GuiseProgram.Result {
      try guise.run(["upscale", "-m", "x2.safetensors"] + arguments)
    }
    let one = try upscale("a.jpg")
    #expect(one.status == 0 && one.errors.contains("results: a-x2.jpg\n"), "\(one.errors)")
    #expect(try Image(contentsOf: guise["a-x2.jpg"]).width == 40)
    // The same again with its result among the inputs, and others.
    let all = try upscale("a.jpg", "a-x2.jpg", "photos", "sub/c.png", "-f", "png")
    #expect(all.status == 0 && all.errors.contains("results: photos-x2\n"), "\(all.errors)")
    #expect(guise.exists("a-x2.png") && guise.exists("photos-x2/b.png") && guise.exists("sub/c-x2.png"))
    #expect(!guise.exists(".guise-journal") && guise.exists("photos-x2/.guise-journal"))
    let page = try upscale("a.jpg", "--page")
    #expect(page.status == 2 && page.errors.contains("--output"), "\(page.errors)")
  }

  @Test func formatsHaveTheirOtherNames() throws {
    try guise.writeImage("in/a.png")
    for (name, result) in [("JPEG", "a.jpg"), ("tif", "a.tiff"), ("WebP", "a.webp")] {
      let outcome = try guise.run(["upscale", "-m", "x2.safetensors", "-i", "in", "-o", "out", "-f", name])
      #expect(outcome.status == 0 && guise.exists("out/\(result)"), "\(outcome.errors)")
    }
  }

  @Test func resultsThatWereNotMadeAreNotNamed() throws {
    try guise.write("text.jpg", Data("text".utf8))
    let result = try guise.run(["upscale", "-m", "x2.safetensors", "text.jpg"])
    #expect(result.status == 1 && !result.errors.contains("results:"), "\(result.errors)")
  }

  @Test func whatAKilledProcessLeftBesideASingleResultIsDeleted() throws {
    try guise.writeImage("a.png")
    try guise.write(".guise-1killed.tmp", Data([1]))
    let result = try guise.run(["upscale", "-m", "x2.safetensors", "a.png"])
    #expect(result.status == 0 && !guise.exists(".guise-1killed.tmp"), "\(result.errors)")
  }

  /// Leniency reads what is left of damaged files, and does not help with forms that are not read.
  @Test func leniencyIsOnlyAdvisedWhereItHelps() throws {
    try guise.writeImage("a.png")
    var bitmap = Data("BM".utf8) + Data(count: 200)
    bitmap.replaceSubrange(14..<30, with: [12, 0, 0, 0, 4, 0, 4, 0, 1, 0, 24, 0, 0, 0, 0, 0])
    try guise.write("in/old.bmp", bitmap)
    try guise.write("in/cut.png", Data(contentsOf: guise["a.png"]).prefix(60))
    let result = try guise.run(["upscale", "-m", "x2.safetensors", "-i", "in", "-o", "out"])
    let lines = result.errors.split(separator: "\n")
    #expect(lines.contains { $0.contains("cut.png is damaged") && $0.contains("--lenient") }, "\(result.errors)")
    #expect(lines.contains { $0.contains("old.bmp is of a form that is not read") && !$0.contains("--lenient") })
  }

  @Test func anotherModelIsNoticedBeforeItReplacesResults() throws {
    try guise.writeImage("in/a.png")
    #expect(try upscale("in").status == 0)
    let other = try upscale("in", "-m", "x2.safetensors")
    #expect(other.status == 2)
    #expect(
      other.errors == "guise: out holds 1 result that upscale-photo made, not x2: "
        + "choose another --output, or replace them with --overwrite\n")
    #expect(try upscale("in", "--denoise", "1").errors.contains("upscale-photo made with other weights"))
    #expect(try Image(contentsOf: guise["out/a.png"]).width == 80)
    // The same model with another setting makes its results again.
    #expect(try upscale("in", "-s", "3").errors.contains("1 upscaled"))
    #expect(try upscale("in", "-m", "x2.safetensors", "--overwrite").status == 0)
    #expect(try Image(contentsOf: guise["out/a.png"]).width == 40)
  }

  @Test func sixteenBitsStay() throws {
    let image = Image(
      width: 3, height: 1, channels: 1, pixels: [0.1, 0.5, 0.90003], bitDepth: .sixteen,
      metadata: ImageMetadata(exif: Data([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0])))
    try guise.write("a.png", image.encoded(as: .png, path: "a"))
    #expect(try upscale("-i", "a.png", "-t", "auto").status == 0)
    let result = try Image(contentsOf: guise["out/a.png"])
    #expect((result.width, result.channels, result.bitDepth) == (12, 1, .sixteen))
    #expect(result.metadata == image.metadata)
    #expect(result.pixels.contains { ($0 * 255).rounded() / 255 != $0 })
  }

  @Test func aResultTooLargeForJPEGIsRefusedInWords() throws {
    try guise.writeImage("in/long.jpg", width: 65_000, height: 3)
    try guise.writeImage("in/small.jpg")
    let result = try upscale("-i", "in", "--quiet")
    #expect(result.status == 1 && result.errorLines.count == 1)
    #expect(result.errors.contains("it would measure 260000x12 pixels") && result.errors.contains("choose PNG"))
    #expect(guise.exists("out/small.jpg") && !guise.exists("out/long.jpg"))
    #expect(try upscale("-i", "in", "-f", "png", "--quiet").status == 0)
    let long = try Image(contentsOf: guise["out/long.png"])
    #expect((long.width, long.height) == (260_000, 12))
  }

  @Test(arguments: [
    (["-i", "in", "-s", "0"], "guise: --scale is 0, expected a factor from 1 to 64"),
    (["-i", "in", "-s", "64.5"], "guise: --scale is 64.5, expected a factor from 1 to 64"),
    (["-i", "in", "-s", "nan"], "guise: --scale is nan, expected a factor from 1 to 64"),
    (["-i", "in", "-s", "2x"], "guise: The value '2x' is invalid for '-s <factor>'"),
    (["-i", "in", "-t", "31"], "guise: --tile is 31, expected at least 32, or auto"),
    (["-i", "in", "--denoise", "1.5"], "guise: --denoise is 1.5, expected 0 to 1"),
    (["-i", "in", "--denoise", "nan"], "guise: --denoise is nan, expected 0 to 1"),
    (
      ["-i", "in", "-m", "models/upscale-photo-denoise.safetensors", "--denoise", "1"],
      "cannot denoise: that takes a second model beside it, upscale-photo-denoise-denoise.safetensors: leave --denoise"
    ),
    (
      ["-i", "in", "-m", "x2.safetensors", "--denoise", "0.5"],
      "guise: x2-denoise.safetensors holds SRVGGNet x4, 2 convolutions, width 8, 3 to 3 channels, expected the network"
    ),
    (["-i", "in", "-t", "many"], "guise: The value 'many' is invalid for '-t <pixels|auto>'"),
    (["-i", "in", "-m", "translates.safetensors"], "guise: translates.safetensors: is a generator that translates"),
    (["-i", "in", "-m", "gone.pth"], "guise: gone.pth: there is no such file"),
    (["-i", "gone"], "guise: there is no file or folder gone"),
  ])
  func saysInOneLineWhyNothingCouldBeDone(arguments: [String], message: String) throws {
    try guise.writeImage("in/a.png")
    let result = try guise.run(
      ["upscale", "-o", "out"] + arguments, environment: ["GUISE_MODELS": guise["models"].path])
    #expect(result.status == 2 && result.output.isEmpty && result.errors.contains(message), "\(result.errors)")
    #expect(result.errorLines.count == 1)
  }

  @Test func saysWhereToLookForABundledModel() throws {
    try guise.writeImage("a.png")
    let result = try guise.run(["upscale", "-i", "a.png", "-o", "out"], environment: ["GUISE_MODELS": "nowhere"])
    #expect(result.status == 2)
    #expect(
      result.errors.hasPrefix(
        "guise: there is no file upscale-photo and no bundled model of that name: none were found"))
    #expect(result.errors.contains("GUISE_MODELS"))
  }

  @Test func saysWhatHelpsWhereMemoryIsLacking() throws {
    try guise.writeImage("in/a.png", width: 1600, height: 1200)
    let tooLittle = try upscale("-i", "in", "--memory", "1M", "--quiet")
    #expect(tooLittle.status == 2 && tooLittle.errorLines.count == 1 && !guise.exists("out"), "\(tooLittle.errors)")
    #expect(tooLittle.errors.hasPrefix("guise: --memory allows 1 MB, and the program with its model takes"))
    // What it says is enough to begin with.
    let enough = try #require(tooLittle.errors.firstMatch(of: /give at least (\d+M)/)?.output.1)
    let large = try upscale("-i", "in", "-t", "1600", "--memory", "\(enough)", "--quiet")
    #expect(large.status == 1 && large.errorLines.count == 1)
    #expect(large.errors.hasPrefix("guise: in/a.png: upscaling in tiles of 1600 pixels takes about"), "\(large.errors)")
    #expect(large.errors.contains("choose smaller tiles with --tile"), "\(large.errors)")
    try guise.writeImage("small.png")
    #expect(try upscale("-i", "small.png", "--memory", "\(enough)", "--quiet").status == 0)
  }

  @Test func translatingSaysWhatAnUpscalingModelIsFor() throws {
    try guise.writeImage("in/a.png")
    let result = try guise.run(["translate", "-i", "in", "-o", "out", "-m", "x2.safetensors"])
    #expect(result.status == 2 && result.errors.contains("use guise upscale"), "\(result.errors)")
  }

  @Test func controlCLeavesALargeImageOff() throws {
    try guise.writeImage("in/a.png", width: 3000, height: 2000)
    func names() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: guise["out"].path)) ?? [] }
    let result = try guise.run(
      ["upscale", "-i", "in", "-o", "out", "-t", "32"], environment: ["GUISE_MODELS": guise["models"].path]
    ) { process in
      while process.isRunning && !names().contains(where: { $0.hasSuffix(".tmp") }) { usleep(5000) }
      process.interrupt()
    }
    #expect(result.status == 130 && result.errors.contains("stopped with 1 file to go"), "\(result.errors)")
    // Where computing is slow, finished rows are kept.
    #expect(names().filter { !$0.hasSuffix(".rows") } == [".guise-journal"])
  }
}
