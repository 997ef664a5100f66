import Foundation
import Images
import Testing

/// Batch options for reading and metadata.
@Suite struct ReadingOptionsTests {
  private let guise: GuiseProgram
  private static let xmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/' a='1' exif:GPSLatitude='48,51.5N'/>"

  init() throws {
    guise = try GuiseProgram()
    try guise.writeModel("model.safetensors")
  }

  private func translate(_ arguments: String...) throws -> GuiseProgram.Result {
    try guise.run(["translate", "-i", "in", "-o", "out", "-m", "model.safetensors", "--overwrite"] + arguments)
  }

  private func write(_ name: String, width: Int = 20, height: Int = 17, keeping share: Double = 1) throws {
    let pixels = (0..<width * height * 3).map { Float($0 * 7919 % 256) / 255 }
    let image = Image(
      width: width, height: height, channels: 3, pixels: pixels, metadata: ImageMetadata(xmp: Data(Self.xmp.utf8)))
    let data = try image.encoded(as: name.hasSuffix("png") ? .png : .jpeg(), path: name)
    try guise.write("in/\(name)", data.prefix(Int(Double(data.count) * share)))
  }

  private func resultingXMP(_ name: String) throws -> String? {
    try Image(contentsOf: guise["out/\(name)"]).metadata.xmp.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func metadataIsLimited() throws {
    for name in ["a.jpg", "b.png"] { try write(name) }
    #expect(try translate().status == 0)
    for name in ["a.jpg", "b.png"] { #expect(try resultingXMP(name) == Self.xmp) }
    #expect(try translate("--private").status == 0)
    for name in ["a.jpg", "b.png"] { #expect(try resultingXMP(name) == "<x:xmpmeta xmlns:x='adobe:ns:meta/' a='1'/>") }
    #expect(try translate("--strip").status == 0)
    for name in ["a.jpg", "b.png"] { #expect(try resultingXMP(name) == nil) }
  }

  @Test func damagedFilesAreReadOnRequest() throws {
    for name in ["a.jpg", "b.png"] { try write(name, width: 64, height: 96, keeping: 0.7) }
    let strict = try translate()
    #expect(strict.status == 1 && !guise.exists("out/a.jpg") && !guise.exists("out/b.png"))
    #expect(strict.errors.split(separator: "with --lenient").count > 2, "\(strict.errors)")
    let lenient = try translate("--lenient")
    #expect(lenient.status == 0)
    for name in ["a.jpg", "b.png"] {
      #expect(lenient.errors.contains("in/\(name): it is damaged, and what is missing from row "))
      #expect(try Image(contentsOf: guise["out/\(name)"]).height == 96)
    }
  }

  /// Commands without reading options do not recommend any.
  @Test func onlyOptionsThatThereAreAreNamed() throws {
    try write("a.png", width: 64, height: 96, keeping: 0.7)
    let result = try guise.run(["evaluate", "pairs", "-i", "in", "-t", "in"])
    #expect(result.status == 1 && result.errors.contains("in/a.png is damaged"), "\(result.errors)")
    #expect(!result.errors.contains("--"), "\(result.errors)")
  }

  @Test func theLimitOnPixelsIsSettable() throws {
    try write("a.png", width: 1010, height: 1000)
    let result = try translate("--pixel-limit", "1", "--quiet")
    #expect(result.status == 1 && result.errors.contains("--pixel-limit"))
    #expect(result.errors.contains("1010x1000"))
    #expect(try translate("--pixel-limit", "0").status == 2)
  }
}
