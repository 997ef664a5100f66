import Foundation
import Images
import TestSupport
import Testing

/// Against Pillow's ImageCms (scripts/golden/profiles.py).
struct ColorProfileTests {
  private static let golden = Result {
    try JSONDecoder().decode([String: [Float]].self, from: Data(contentsOf: Golden.url("profiles.json")))
  }

  @Test(arguments: [
    "profile-p3.png", "profile-p3-16.png", "profile-adobe.png", "profile-gray.png", "profile-cmyk.jpg",
    "profile-srgb.png",
  ])
  func colorsBecomeSRGB(name: String) throws {
    let expected = try #require(Self.golden.get()[name])
    let image = try Golden.image(name)
    #expect(image.pixels.count == expected.count && image.metadata.notices.isEmpty)
    // ImageCms rounds to 8 bits, sometimes also in intermediate steps.
    let tolerance: Float = name.hasSuffix("srgb.png") ? 0 : 1.5
    for (found, expected) in zip(image.pixels, expected) {
      #expect(abs(found * 255 - expected) <= tolerance, "\(name)")
    }
  }

  @Test(arguments: ["profile-p3.png", "profile-p3-16.png", "profile-adobe.png", "profile-gray.png", "profile-srgb.png"])
  func filesAreWrittenInTheirOwnProfile(name: String) throws {
    let image = try Golden.image(name)
    #expect(image.metadata.iccProfile != nil)
    let again = try Image(encoded: image.encoded(as: .png, path: "a"), path: "a")
    #expect(again.metadata.iccProfile == image.metadata.iccProfile && again.metadata.notices.isEmpty)
    // In dark channels, half a step in the profile is more than half a step in sRGB.
    #expect(try again.meanColorDifference(to: image) < (image.bitDepth == .eight ? 0.15 : 0.001))
  }

  /// A PNG file's samples without conversion: it is read as if it had no profile.
  private func samples(_ data: Data) throws -> Image {
    let name = try #require(data.range(of: Data("iCCP".utf8)))
    let size = data[name.lowerBound - 4..<name.lowerBound].reduce(0) { $0 << 8 | Int($1) }
    var data = data
    data.removeSubrange(name.lowerBound - 4..<name.lowerBound + 8 + size)
    return try Image(encoded: data, path: "a")
  }

  /// Out-of-gamut colours are restored: every sample is written as it was read.
  @Test(arguments: ["profile-p3.png", "profile-p3-16.png", "profile-adobe.png"], 1...8)
  func whatIsLeftAsItWasKeepsEverySample(name: String, orientation: Int) throws {
    let data = try Data(contentsOf: Golden.url(name))
    let exif = Exif.data(orientation: UInt8(orientation), isLittleEndian: true)
    let turned = data.addingChunks(pngChunk("eXIf", Array(exif)), before: "IDAT")
    let written = try Image(encoded: turned, path: "a").encoded(as: .png, path: "a")
    #expect(try samples(written).largestDifference(to: samples(turned)) <= (name.contains("16") ? 4.0 / 65535 : 0))
  }

  @Test func whatChangesIsWrittenAsItIs() throws {
    let image = try Golden.image("profile-p3.png")
    var other = Image(
      width: 8, height: 8, channels: 3, pixels: image.pixels.map { abs(0.5 - $0) }, metadata: image.metadata)
    let written = try other.encoded(as: .png, path: "a")
    other.metadata = ImageMetadata(iccProfile: image.metadata.iccProfile)
    #expect(try other.encoded(as: .png, path: "a") == written)
  }

  /// A Display P3 green, written at twice the size.
  @Test func largerResultsKeepWideColors() throws {
    var plain = try Image(
      width: 6, height: 5, channels: 3, pixels: (0..<30).flatMap { _ in [0, 1, 0] as [Float] }
    ).encoded(as: .png, path: "a")
    let profile = try #require(Golden.image("profile-p3.png").metadata.iccProfile)
    plain = plain.addingChunks(pngChunk("iCCP", Array("p\0\0".utf8) + compressed(Array(profile))), before: "IDAT")
    let image = try Image(encoded: plain, path: "a")
    var larger = image.resized(toWidth: 12, height: 10)
    larger.metadata = image.metadata
    let written = try larger.encoded(as: .png, path: "a")
    #expect(try samples(written).pixels == (0..<120).flatMap { _ in [0, 1, 0] as [Float] })
  }

  @Test func strippedImagesLookTheSame() throws {
    var image = try Golden.image("profile-adobe.png")
    image.metadata = image.metadata.limited(to: .nothing)
    let again = try Image(encoded: image.encoded(as: .png, path: "a"), path: "a")
    #expect(again.metadata == ImageMetadata())
    #expect(again.largestDifference(to: image) <= 0.5001 / 255)
  }

  /// A gray profile cannot describe colours, and a CMYK profile describes inks, which are gone by then.
  @Test(arguments: [ImageFileFormat.png, .jpeg()])
  func whatCannotBeInItsProfileIsTaggedSRGB(format: ImageFileFormat) throws {
    let gray = try Golden.image("profile-gray.png").withColors()
    let inks = try Golden.image("profile-cmyk.jpg")
    for image in [gray, inks] {
      let again = try Image(encoded: image.encoded(as: format, path: "a"), path: "a")
      let profile = try #require(again.metadata.iccProfile)
      #expect(profile.dropFirst(16).prefix(4).elementsEqual("RGB ".utf8) && profile.count < 600)
      if format == .png { #expect(again.largestDifference(to: image) <= 0.5001 / 255) }
    }
  }

  @Test func alphaStays() throws {
    let p3 = try Golden.image("profile-p3.png")
    let image = p3.withAlpha((0..<64).map { Float($0 * 4) / 255 })
    let again = try Image(encoded: image.encoded(as: .png, path: "a"), path: "a")
    #expect(again.alpha == image.alpha && again.metadata.iccProfile == p3.metadata.iccProfile)
    #expect(try again.meanColorDifference(to: p3) < 0.15)
  }

  @Test(arguments: ["RGB ", "GRAY", "CMYK", "Lab ", "\0\0\0\0"])
  func uselessProfilesAreIgnoredAndSaid(space: String) throws {
    let plain = try Image.pattern(width: 5, height: 4, channels: 3).encoded(as: .png, path: "a")
    var profile = try #require(Golden.image("profile-p3.png").metadata.iccProfile)
    profile.replaceSubrange(16..<20, with: Data(space.utf8))
    if space == "RGB " { profile.replaceSubrange(128..<132, with: [0, 0, 0, 0]) }  // no tags
    let data = plain.addingChunks(
      pngChunk("iCCP", Array("p\0\0".utf8) + compressed(Array(profile))), before: "IDAT")
    let image = try Image(encoded: data, path: "a")
    #expect(image.pixels == Image.pattern(width: 5, height: 4, channels: 3).pixels)
    #expect(image.metadata.iccProfile == nil)
    guard case .profileIgnored = image.metadata.notices.first else { Issue.record("\(image.metadata)"); return }
  }

  @Test func gammaBecomesSRGB() throws {
    let image = Image.pattern(width: 16, height: 16, channels: 2)
    let plain = try image.encoded(as: .png, path: "a")
    func read(gamma: Int, and others: Data = Data()) throws -> Image {
      let bytes = [UInt8(gamma >> 16), UInt8(gamma >> 8 & 255), UInt8(gamma & 255)]
      return try Image(encoded: plain.addingChunks(pngChunk("gAMA", [0] + bytes) + others, before: "IDAT"), path: "a")
    }
    let linear = try read(gamma: 100_000)
    for (found, stored) in zip(linear.withoutAlpha().pixels, image.withoutAlpha().pixels) {
      #expect(abs(Double(found) - SRGB.sample(ofLinear: Double(stored))) < 1e-6)
    }
    #expect(linear.alpha == image.alpha && linear.metadata.iccProfile != nil)
    for gamma in [45_455, 45_000, 0, 1, 6_000_000] { #expect(try read(gamma: gamma) == image, "\(gamma)") }
    // The sRGB chunk takes precedence, and is kept.
    let tagged = try read(gamma: 100_000, and: pngChunk("sRGB", [0]))
    #expect(tagged.pixels == image.pixels && tagged.metadata.iccProfile != nil)
    #expect(try tagged.encoded(as: .png, path: "a").range(of: Data("sRGB".utf8)) != nil)
  }

  @Test func severalThreadsConvertAtOnce() async throws {
    let data = try Data(contentsOf: Golden.url("profile-p3.png"))
    let expected = try Image(encoded: data, path: "a")
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<32 { group.addTask { (try? Image(encoded: data, path: "a")) == expected } }
      for await isEqual in group { #expect(isEqual) }
    }
  }
}
