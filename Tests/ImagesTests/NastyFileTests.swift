import Foundation
import Images
import TestSupport
import Testing

struct NastyFileTests {
  private static func files(in path: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: TestData.folder.appending(path: path), includingPropertiesForKeys: nil)
  }

  @Test(.enabled(if: TestData.has("nasty/pngsuite"), "\(TestData.isMissing)"))
  func everyFileOfPNGSuiteIsReadOrRefused() throws {
    let files = try Self.files(in: "nasty/pngsuite/png").filter { $0.pathExtension == "png" }
    #expect(files.count > 150)
    for file in files {
      let name = file.deletingPathExtension().lastPathComponent
      if name.hasPrefix("x") {
        let error = #expect(throws: ImageError.self, "\(name)") { try Image(contentsOf: file) }
        #expect(error?.description.contains(name) == true)
        continue
      }
      let image = try Image(contentsOf: file)
      // The name's last four letters give colour type and depth: "2c08" is RGB of 8 bits.
      let isSixteenBit = name.hasSuffix("16")
      #expect(image.bitDepth == (isSixteenBit ? .sixteen : .eight), "\(name)")
      let colorType = name.dropLast(3).last
      if let colorType, "2346".contains(colorType) {
        #expect(image.colorChannels == (colorType == "4" ? 1 : 3), "\(name)")
        if "46".contains(colorType) { #expect(image.hasAlpha, "\(name)") }
      }
      #expect(try Image(encoded: image.encoded(as: .png, path: name), path: name).pixels == image.pixels, "\(name)")
    }
  }

  @Test(.enabled(if: TestData.has("nasty/libjpeg-turbo"), "\(TestData.isMissing)"))
  func oddFilesAreReadOrRefused() throws {
    for file in try Self.files(in: "nasty/libjpeg-turbo") {
      switch file.lastPathComponent {
      case "testorig.jpg", "testimgari.jpg", "testimgint.jpg", "testorig.png", "monkey16.png", "vgl_5674_0098.png":
        let image = try Image(contentsOf: file)
        #expect(image.width > 1 && image.height > 1)
      default:
        #expect(throws: ImageError.self, "\(file.lastPathComponent)") { try Image(contentsOf: file) }
      }
    }
  }

  @Test func flippedBitsNeverCrash() throws {
    for format in [ImageFileFormat.png, .jpeg()] {
      let whole = try Golden.image("rgb.png").encoded(as: format, path: "a")
      for position in 0..<whole.count {
        var damaged = whole
        damaged[position] ^= UInt8(1 << (position % 8))
        _ = try? Image(encoded: damaged, path: "a")
      }
    }
  }
}
