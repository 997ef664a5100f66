import Foundation
import Images
import TestSupport
import Testing

/// PNG's cICP and cHRM chunks, which say of colours what an ICC profile might.
struct ColorChunksTests {
  /// A golden file's samples with other chunks in the place of its profile.
  private func image(_ name: String, _ chunks: [(String, [UInt8])]) throws -> Image {
    var data = try Data(contentsOf: Golden.url(name))
    let type = try #require(data.range(of: Data("iCCP".utf8)))
    let size = data[type.lowerBound - 4..<type.lowerBound].reduce(0) { $0 << 8 | Int($1) }
    data.removeSubrange(type.lowerBound - 4..<type.lowerBound + 8 + size)
    let added = chunks.reduce(into: Data()) { $0 += pngChunk($1.0, $1.1) }
    return try Image(encoded: data.addingChunks(added, before: "IDAT"), path: "a")
  }

  private func chunk(_ numbers: [Double]) -> [UInt8] {
    numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: Int(number * 100_000 + 0.5) >> (24 - 8 * $0)) }
    }
  }

  private let displayP3 = [0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06]
  private let adobe = [0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06]

  @Test func codePointsOfDisplayP3AreConvertedAsItsProfile() throws {
    let expected = try Golden.image("profile-p3.png")
    let found = try image("profile-p3.png", [("cICP", [12, 13, 0, 1])])
    #expect(found.largestDifference(to: expected) < 1.0 / 255 && found.metadata.notices.isEmpty)
    #expect(try found.largestDifference(to: image("profile-p3.png", [])) > 0.05)
    // Colours outside sRGB are written again.
    for format in [ImageFileFormat.png, .jpeg(quality: 100)] {
      let again = try Image(encoded: found.encoded(as: format, path: "a"), path: "a")
      #expect(again.metadata.iccProfile == found.metadata.iccProfile && again.metadata.iccProfile != nil)
    }
    let again = try Image(encoded: found.encoded(as: .png, path: "a"), path: "a")
    #expect(again.largestDifference(to: found) < 1.0 / 255)
  }

  @Test func codePointsCountBeforeOtherChunks() throws {
    let plain = try image("profile-p3.png", [])
    let found = try image(
      "profile-p3.png", [("cHRM", chunk(displayP3)), ("gAMA", chunk([1])), ("cICP", [1, 13, 0, 1])])
    #expect(found.pixels == plain.pixels && found.metadata.notices.isEmpty)
  }

  @Test func chromaticitiesAreConvertedAsTheirProfile() throws {
    let p3 = try image("profile-p3.png", [("cHRM", chunk(displayP3))])
    #expect(try p3.largestDifference(to: Golden.image("profile-p3.png")) < 1.0 / 255)
    let adobeRGB = try image("profile-adobe.png", [("cHRM", chunk(adobe)), ("gAMA", chunk([0.45470]))])
    #expect(try adobeRGB.largestDifference(to: Golden.image("profile-adobe.png")) < 1.5 / 255)
    // sRGB's own chromaticities, as most programs write them, and those of a file that says that it is sRGB.
    let plain = try image("profile-p3.png", [])
    let own = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06]
    #expect(try image("profile-p3.png", [("cHRM", chunk(own)), ("gAMA", chunk([0.45455]))]).pixels == plain.pixels)
    #expect(try image("profile-p3.png", [("sRGB", [0]), ("cHRM", chunk(displayP3))]).pixels == plain.pixels)
  }

  @Test(
    arguments: [
      ([9, 16, 0, 1], "PQ (HDR)"), ([9, 18, 0, 1], "HLG (HDR)"), ([12, 13, 0, 0], "narrow range"),
      ([2, 13, 0, 1], "primaries 2"), ([1, 2, 0, 1], "transfer function 2"), ([1, 13, 1, 1], "RGB samples"),
      ([1], "RGB"),
    ] as [([UInt8], String)])
  func whatCannotBeConvertedIsSaid(codePoints: [UInt8], reason: String) throws {
    let found = try image("profile-p3.png", [("cICP", codePoints)])
    #expect(try found.pixels == image("profile-p3.png", []).pixels)
    guard case .profileIgnored(let said) = found.metadata.notices.first, found.metadata.notices.count == 1 else {
      Issue.record("\(found.metadata.notices)")
      return
    }
    #expect(said.contains(reason))
    // What else the file says of its colours then counts.
    let p3 = try Data(contentsOf: Golden.url("profile-p3.png"))
    let both = try Image(encoded: p3.addingChunks(pngChunk("cICP", codePoints), before: "IDAT"), path: "a")
    #expect(try both.pixels == Golden.image("profile-p3.png").pixels && both.metadata.notices.count == 1)
  }

  @Test func impossiblePrimariesAreSaid() throws {
    let line = [0.3127, 0.329, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3]
    let brink = [0.9, 0.002, 0.998, 0.0015, 0, 1, 0, 0.0015]
    for numbers in [
      line, brink, [0.3127, 0, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06], [0.9, 0.05, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06],
    ] {
      let found = try image("profile-p3.png", [("cHRM", chunk(numbers))])
      #expect(found.metadata.notices.count == 1)
      #expect(try found.pixels == image("profile-p3.png", []).pixels)
    }
  }

  /// Only the transfer function can matter to gray images.
  @Test func grayIsConvertedByItsTransferFunction() throws {
    let linear = try image("profile-gray.png", [("cICP", [9, 8, 0, 1])])
    let gamma = try image("profile-gray.png", [("gAMA", chunk([1]))])
    #expect(linear.colorChannels == 1 && linear.largestDifference(to: gamma) < 0.6 / 255)
    let plain = try image("profile-gray.png", [])
    #expect(
      try image("profile-gray.png", [("cICP", [12, 13, 0, 1]), ("cHRM", chunk(adobe))]).largestDifference(to: plain)
        < 0.6 / 255)
  }
}
