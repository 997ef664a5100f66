import Foundation
import Images
import TestSupport
import Testing

/// Files from collections for testing readers, compared with what Pillow and pypng read (scripts/golden/nasty.py).
struct NastyFileTests {
  /// Width, height, channels, bits per sample and checksum; null for files that must be refused.
  private struct Entry: Decodable {
    let image: String?

    init(from decoder: any Decoder) throws {
      guard var list = try? decoder.unkeyedContainer() else {
        image = nil
        return
      }
      let numbers = try (0..<4).map { _ in try list.decode(Int.self) }
      image = "\(numbers) \(try list.decode(String.self))"
    }
  }

  private func expectEveryFile(in folder: String, count: Int, refused: Int) throws {
    let golden = try JSONDecoder().decode([String: Entry].self, from: Data(contentsOf: Golden.url("nasty.json")))
      .filter { $0.key.hasPrefix(folder + "/") }
    #expect(golden.count == count && golden.filter { $0.value.image == nil }.count == refused)
    for (path, entry) in golden {
      let file = TestData.folder.appending(path: "nasty/\(path)")
      if let expected = entry.image {
        let image = try Image(contentsOf: file)
        let found = [image.width, image.height, image.channels, image.bitDepth.rawValue]
        #expect("\(found) \(image.checksum)" == expected, "\(path)")
        try expectToSurviveWriting(image, path)
      } else {
        let error = #expect(throws: ImageError.self, "\(path)") { try Image(contentsOf: file) }
        #expect(error?.description.contains(file.lastPathComponent) == true)
        switch error {
        case .damaged(_, let reason), .unsupported(_, let reason): #expect(reason.count > 10, "\(path): \(reason)")
        case .notAnImage, .notRead: break
        default: Issue.record("\(path): \(String(describing: error))")
        }
      }
    }
  }

  /// Values after a gamma are not multiples of the depth's step.
  private func expectToSurviveWriting(_ image: Image, _ path: String) throws {
    let back = try Image(encoded: image.encoded(as: .png, path: path), path: path)
    let step: Float = image.bitDepth == .eight ? 1 / 255 : 1 / 65535
    #expect(back.pixels.count == image.pixels.count && back.bitDepth == image.bitDepth, "\(path)")
    #expect(zip(back.pixels, image.pixels).allSatisfy { abs($0 - $1) <= 0.501 * step }, "\(path)")
  }

  @Test(.enabled(if: TestData.has("nasty/pngsuite"), "\(TestData.isMissing)"))
  func everyFileOfPNGSuite() throws {
    try expectEveryFile(in: "pngsuite/png", count: 175, refused: 14)
  }

  @Test(.enabled(if: TestData.has("nasty/libjpeg-turbo"), "\(TestData.isMissing)"))
  func everyFileOfLibjpegTurbo() throws {
    try expectEveryFile(in: "libjpeg-turbo", count: 13, refused: 4)
  }

  @Test(.enabled(if: TestData.has("nasty/exif-orientation"), "\(TestData.isMissing)"))
  func everyOrientation() throws {
    try expectEveryFile(in: "exif-orientation", count: 19, refused: 1)
  }

  @Test(.enabled(if: TestData.has("nasty/libjpeg-turbo"), "\(TestData.isMissing)"))
  func twelveBitsAreRefusedInWords() throws {
    let file = TestData.folder.appending(path: "nasty/libjpeg-turbo/monkey12.jpg")
    let error = #expect(throws: ImageError.self) { try Image(contentsOf: file) }
    #expect(error?.description.contains("12 bits") == true)
  }

  @Test func flippedBitsNeverCrash() throws {
    for format in [ImageFileFormat.png, .jpeg()] {
      let whole = try Golden.image("rgb.png").encoded(as: format, path: "a")
      for position in 0..<whole.count {
        var damaged = whole
        damaged[position] ^= UInt8(1 << (position % 8))
        _ = try? Image(encoded: damaged, path: "a")
        _ = try? Image(encoded: damaged, path: "a", options: ImageReadingOptions(isLenient: true))
      }
    }
  }
}
