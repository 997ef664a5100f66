import Checkpoints
import Foundation
import Images
import Layers
import Models
import TestSupport
import Testing

@Suite struct EvaluateCommandTests {
  private let guise: GuiseProgram

  init() throws {
    guise = try GuiseProgram()
  }

  private func writePair(_ name: String, width: Int = 20, height: Int = 20) throws {
    try guise.writeImage("out/\(name)", width: width, height: height, color: [0.4, 0.4, 0.4])
    try guise.writeImage("truth/\(name)", width: width, height: height, color: [0.6, 0.6, 0.6])
  }

  @Test func writesATableOfAllPairsAndTheirMean() throws {
    try writePair("a.png")
    try writePair("trip to ü/b.png", width: 9, height: 8)
    try guise.writeImage("out/same.png", width: 20, height: 20)
    try guise.writeImage("truth/same.png", width: 22, height: 20)
    let result = try guise.run(["evaluate", "pairs", "-i", "out", "-t", "truth"])
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(
      lines == [
        "image size PSNR SSIM detail", "a.png 20x20 13.98 0.9231", "same.png 20x20 inf 1.0000",
        "trip to ü/b.png 9x8 13.98",
        "mean of 3 inf 0.9615",
      ])
    #expect(result.errors == "same.png: its truth was cropped from 22x20 to 20x20\n")
    #expect(try guise.run(["evaluate", "pairs", "-i", "out", "-t", "truth", "--quiet"]).errors.isEmpty)
  }

  @Test func writesJSONOnRequest() throws {
    try writePair("a.png")
    try guise.writeImage("out/b.png", width: 8, height: 8)
    try guise.writeImage("truth/b.png", width: 8, height: 8)
    try guise.write("out/c.png", Data())
    try guise.writeImage("truth/c.png")
    try guise.writeImage("out/d.png")
    let result = try guise.run(["evaluate", "pairs", "-i", "out", "-t", "truth", "--json", "--y", "--crop", "2"])
    #expect(result.status == 1)
    let lines = try result.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(lines.map { $0["status"] as? String } == ["done", "done", "failed", "mean", "unmatched"])
    #expect(lines[0]["output"] as? String == "out/a.png" && lines[0]["truth"] as? String == "truth/a.png")
    #expect(abs((lines[0]["psnr"] as? Double ?? 0) - (13.979 + 20 * log10(255.0 / 219))) < 0.01)
    #expect(lines[0]["ssim"] is Double && lines[0]["is_identical"] == nil)
    #expect(lines[1]["is_identical"] as? Bool == true && lines[1]["psnr"] == nil && lines[1]["ssim"] == nil)
    #expect((lines[2]["error"] as? String)?.hasPrefix("out/c.png is not an image of a known kind") == true)
    #expect(lines[3]["pairs"] as? Int == 2 && lines[4]["output"] as? String == "out/d.png")
    #expect(result.errorLines.count == 2 && result.errorLines[1] == "guise: out/d.png has no truth")
  }

  @Test func measuresTheGridThatEnlargingLeaves() throws {
    /// Steps of 20 and of `step` by turns, in 255ths.
    func image(_ step: Int) -> Image {
      let line = (0..<16).map { 50 + [0, step, step + 20, 20][$0 % 4] }
      return Image(
        width: 16, height: 16, channels: 1, pixels: (0..<256).map { Float(line[$0 % 16] + line[$0 / 16]) / 255 })
    }
    try guise.write("out/a.png", image(40).encoded(as: .png, path: "a.png"))
    try guise.write("truth/a.png", image(20).encoded(as: .png, path: "a.png"))
    let arguments = ["evaluate", "pairs", "-i", "out", "-t", "truth", "--grid", "2"]
    let lines = try guise.run(arguments).output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines[0].joined(separator: " ") == "image size PSNR SSIM detail grid of truth")
    let (grid, truth) = (try #require(Double(lines[1][5])), try #require(Double(lines[1][6])))
    #expect(grid == 2 && truth == 1)
    #expect(lines[3].dropLast().joined(separator: " ") == "grid, of the truth's:")
    #expect(abs(try #require(Double(lines[3].last ?? "")) - grid / truth) < 0.001)
    let text = try guise.run(arguments + ["--json"]).output.split(separator: "\n")
    let objects = try text.map { try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
    #expect(objects[0]["grid"] is Double && objects[0]["truth_grid"] is Double && objects[0]["grid_ratio"] == nil)
    #expect(abs((objects[1]["grid_ratio"] as? Double ?? 0) - grid / truth) < 0.001)
  }

  @Test func aPairOfDifferentSizesFails() throws {
    try writePair("a.png")
    try guise.writeImage("out/b.png", width: 20, height: 20)
    try guise.writeImage("truth/b.png", width: 80, height: 80)
    let result = try guise.run(["evaluate", "pairs", "-i", "out", "-t", "truth"])
    #expect(result.status == 1 && result.output.contains("mean of 1"))
    #expect(result.errors.hasPrefix("guise: out/b.png measures 20x20 and its truth truth/b.png 80x80: expected"))
  }

  @Test(arguments: [
    (["evaluate", "pairs", "-i", "gone", "-t", "out"], "guise: there is no file or folder gone"),
    (["evaluate", "pairs", "-i", "out", "-t", "other"], "guise: no image in out has the name of one in other"),
    (["evaluate", "pairs", "-i", "out/a.png", "-t", "truth"], "guise: out/a.png is a file and truth a folder"),
    (["evaluate", "pairs", "-i", "out"], "guise: Missing expected argument '--truth <path>'"),
    (["evaluate", "pairs", "-i", "out", "-t", "truth", "--crop=-1"], "guise: --crop is -1, expected 0 or more"),
    (["evaluate", "pairs", "-i", "out", "-t", "truth", "--grid", "1"], "guise: --grid is 1, expected 2 to 1000"),
  ])
  func saysInOneLineWhyNothingCouldBeDone(arguments: [String], message: String) throws {
    try writePair("a.png")
    try guise.writeImage("other/z.png")
    let result = try guise.run(arguments)
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.errors.hasPrefix(message), "\(result.errors)")
    #expect(result.errorLines.count == 1)
  }

  @Test(arguments: [["evaluate", "--help"], ["evaluate", "pairs", "--help"]])
  func helpHoldsAnExample(arguments: [String]) throws {
    let result = try guise.run(arguments)
    #expect(result.status == 0 && result.errors.isEmpty && result.output.contains("Example: guise evaluate pairs"))
  }

  @Test func comparesColors() throws {
    try guise.writeImage("out/a.png", color: [0.5, 0.5, 0.5])
    try guise.writeImage("truth/a.png", color: [0.7, 0.4, 0.4])
    try guise.writeImage("out/b.png")
    try guise.writeImage("truth/b.png")
    let table = try guise.run(["evaluate", "colors", "-i", "out", "-t", "truth"])
    #expect(table.status == 0)
    let rows = table.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows[0].joined(separator: " ") == "image size PSNR of gray CIEDE2000 of gray colorfulness of truth")
    #expect(rows.prefix(4).map { $0[0] } == ["image", "a.png", "b.png", "mean"])
    #expect(rows[1].count == 8 && rows[2][2] == "inf")
    #expect(rows[1][6] == "0.0" && (Double(rows[1][7]) ?? 0) > 20)
    // The mean PSNR is infinite, so it has no gain.
    #expect(
      rows.dropFirst(4).map { $0.dropLast().joined(separator: " ") } == [
        "CIEDE2000, of gray's:", "colorfulness, of the truth's:",
      ])
    let means = try rows[3].suffix(2).map { try #require(Double($0)) }
    #expect(abs(try #require(Double(rows[5].last ?? "")) - means[0] / means[1]) < 0.01)

    try guise.write("out/c.png", Data())
    try guise.writeImage("truth/c.png")
    let result = try guise.run(["evaluate", "colors", "-i", "out", "-t", "truth", "--json", "--quiet"])
    #expect(result.status == 1)
    let lines = try result.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(lines.map { $0["status"] as? String } == ["done", "done", "failed", "mean"])
    let (first, mean) = (lines[0], lines[3])
    #expect(first["size"] as? String == "20x17" && first["is_identical"] == nil)
    for key in ["psnr", "gray_psnr", "ciede2000", "gray_ciede2000", "colorfulness", "truth_colorfulness"] {
      #expect(first[key] is Double, "\(key)")
    }
    #expect(lines[1]["is_identical"] as? Bool == true && lines[1]["psnr"] == nil)
    #expect(mean["pairs"] as? Int == 2 && mean["is_identical"] as? Bool == true)
    for (ratio, parts) in [
      ("ciede2000_ratio", ("ciede2000", "gray_ciede2000")),
      ("colorfulness_ratio", ("colorfulness", "truth_colorfulness")),
    ] {
      let expected = try #require(mean[parts.0] as? Double) / #require(mean[parts.1] as? Double)
      #expect(abs(try #require(mean[ratio] as? Double) - expected) < 1e-9 && first[ratio] == nil)
    }
    #expect(mean["psnr_gain"] == nil)
    #expect(abs((mean["ciede2000"] as? Double ?? 0) - (first["ciede2000"] as? Double ?? 0) / 2) < 1e-9)
  }

  private func writeDomains() throws {
    for (index, name) in ["a", "b"].enumerated() {
      let color = Float(index) / 2
      try guise.writeImage("out/\(name).png", width: 24, height: 20, color: [color, 0.4, 0.4])
      try guise.writeImage("photos/\(name).png", width: 24, height: 20, color: [0.5, 0.4, color])
      try guise.writeImage("paintings/\(name).png", width: 18, height: 30, color: [0.9, color, 0.2])
    }
  }

  @Test func comparesDomainsWithoutPairs() throws {
    try writeDomains()
    var configuration = VGGFeatures.Configuration()
    (configuration.depth, configuration.width) = (.vgg16, 2)
    configuration.weights = [.conv53: 1]
    let network = VGGFeatures(configuration)
    Initializer.kaiming(scale: 1).initialize(network, seed: 1, purpose: "test")
    try Safetensors.write(
      NamedTensor.all(of: network, keys: VGGFeatures.tensorKeys(for: configuration)), to: guise["vgg.safetensors"])
    let arguments = ["evaluate", "domains", "out", "paintings", "--quiet"]
    let plain = try guise.run(arguments)
    #expect(plain.status == 0 && plain.errors.isEmpty)
    let names = plain.output.split(separator: "\n").map { $0.split(separator: " ").dropLast().joined(separator: " ") }
    #expect(
      names == [
        "2 images beside", "texture at 256 pixels", "texture at 128 pixels", "texture at 64 pixels",
        "texture at 32 pixels", "texture, mean", "palette",
      ])
    let full = try guise.run(arguments + ["--features", "vgg.safetensors", "--inputs", "photos"])
    #expect(full.status == 0)
    let lines = full.output.split(separator: "\n")
    #expect(lines[0] == "features of VGG16, a classifier whose features training can compare images by")
    #expect(lines[2].hasPrefix("KID x 1000, all images ") && lines[3].hasPrefix("FID "))
    // One colour has no structure, so there are no lines for it.
    let warning =
      "FID of fewer than 2048 images is unreliable: it is much too large, and means nothing beside that of another "
      + "number of images"
    #expect(full.output.hasSuffix("\n\(warning)\n"))

    let json = try guise.run(arguments + ["--features", "vgg.safetensors", "--json"])
    let line = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(line["images"] as? Int == 2)
    #expect(line["features"] as? String == "vgg")
    #expect(line["is_fid_unreliable"] as? Bool == true)
    let textures = line["textures"] as? [Double]
    #expect(textures?.count == 4)
    #expect(Set(line.keys).isSuperset(of: ["fid", "kid", "palette", "texture"]) && !line.keys.contains("edges"))
  }

  @Test func tellsWhatKeepsDomainsFromBeingCompared() throws {
    try writeDomains()
    try guise.writeImage("out/c.png")
    let missing = try guise.run(["evaluate", "domains", "out", "paintings", "--inputs", "photos"])
    #expect(missing.status == 1 && missing.errors == "guise: out/c.png has no input\n")
    #expect(missing.output.contains("palette"))
    let other = try guise.run(["evaluate", "domains", "out", "paintings", "--features", "out/a.png"])
    #expect(other.status != 0 && other.errors.hasPrefix("guise: a.png: is neither"), "\(other.errors)")
    let nowhere = try guise.run(["evaluate", "domains", "out", "nowhere"])
    #expect(nowhere.status != 0 && nowhere.errors.contains("nowhere"), "\(nowhere.errors)")
  }
}
