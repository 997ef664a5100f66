import Foundation
import Images
import Testing

struct ResamplingTests {
  static let sizes = [(37, 29), (46, 34), (11, 8), (23, 5), (7, 17), (60, 6)]

  @Test(arguments: ["gray", "rgb"], ResamplingFilter.allCases)
  func isPillowsOnEightBits(name: String, filter: ResamplingFilter) throws {
    let image = try Golden.image("\(name).png")
    for (width, height) in Self.sizes {
      let expected = try Golden.image("\(name)-\(filter)-\(width)x\(height).png")
      let resized = image.resized(toWidth: width, height: height, filter: filter)
      #expect(resized.largestDifference(to: expected) <= 1.001 / 255)
      // Pillow's weights are fixed-point numbers: some samples may differ by one.
      let others = zip(resized.pixels, expected.pixels).count { $0 != $1 }
      #expect(others * 20 <= resized.pixels.count, "\(others) samples differ at \(width)x\(height)")
    }
  }

  @Test(arguments: ResamplingFilter.allCases)
  func isPillowsOnFloats(filter: ResamplingFilter) throws {
    var image = try Golden.image("gray.png")
    image.bitDepth = .sixteen
    let expected = try Golden.floats("float-\(filter)-37x8.f32").map { min(max($0, 0), 1) }
    let resized = image.resized(toWidth: 37, height: 8, filter: filter)
    for (a, b) in zip(resized.pixels, expected) { #expect(abs(a - b) < 1e-5) }
  }

  /// Larger, smaller, and both.
  @Test(arguments: ["gray", "rgb"], sizes) func partsOfRowsAreThoseOfTheWhole(name: String, size: (Int, Int)) throws {
    var image = try Golden.image("\(name).png")
    image.bitDepth = .sixteen
    let whole = image.resized(toWidth: size.0, height: size.1, filter: .lanczos)
    let resampling = RowResampling(
      columns: 0..<image.width, ofWidth: image.width, rows: 0..<image.height, ofHeight: image.height,
      toWidth: size.0, height: size.1, filter: .lanczos)
    for first in stride(from: 0, to: size.1, by: 4) {
      let rows = first..<min(size.1, first + 4)
      let sources = resampling.sources(of: rows)
      let part = image.cropped(x: 0, y: sources.lowerBound, width: image.width, height: sources.count)
      let resized = resampling.rows(rows, from: part, first: sources.lowerBound)
      let expected = whole.cropped(x: 0, y: first, width: size.0, height: rows.count)
      #expect(resized.header == expected.header)
      #expect(resized.largestDifference(to: expected) < 1e-5)
    }
  }

  @Test(arguments: ["gray", "rgb"]) func isMATLABsBicubicOnEightBits(name: String) throws {
    let image = try Golden.image("matlab-\(name).png")
    let sizes = try Self.goldenSizes("matlab-\(name)-bicubic-", ".png")
    #expect(sizes.count >= 6)
    for (width, height) in sizes { try expectMATLABs(image, name, .bicubic, width, height) }
  }

  @Test(arguments: [ResamplingFilter.box, .bilinear, .lanczos]) func isMATLABsOnEightBits(
    filter: ResamplingFilter
  ) throws {
    let image = try Golden.image("matlab-gray.png")
    for (width, height) in [(12, 9), (37, 50)] { try expectMATLABs(image, "gray", filter, width, height) }
  }

  private func expectMATLABs(_ image: Image, _ name: String, _ filter: ResamplingFilter, _ width: Int, _ height: Int)
    throws
  {
    let expected = try Golden.image("matlab-\(name)-\(filter)-\(width)x\(height).png")
    let resized = image.resized(toWidth: width, height: height, filter: filter, convention: .matlab)
    // For fractional factors, float32 may round a few ties the other way.
    let isWhole = [(image.width, width), (image.height, height)].allSatisfy { $0 % $1 == 0 || $1 % $0 == 0 }
    let others = zip(resized.pixels, expected.pixels).count { $0 != $1 }
    #expect(others * 1000 <= (isWhole ? 0 : resized.pixels.count), "\(others) by \(filter) to \(width)x\(height)")
    #expect(resized.largestDifference(to: expected) <= 1.001 / 255)
  }

  private static func goldenSizes(_ beginning: String, _ end: String) throws -> [(Int, Int)] {
    try FileManager.default.contentsOfDirectory(atPath: Golden.url("").path).compactMap { name in
      guard name.hasPrefix(beginning), name.hasSuffix(end) else { return nil }
      let sides = name.dropFirst(beginning.count).dropLast(end.count).split(separator: "x").compactMap { Int($0) }
      return sides.count == 2 ? (sides[0], sides[1]) : nil
    }
  }

  @Test func isMATLABsOnSixteenBits() throws {
    let image = try Golden.image("matlab-gray16.png")
    #expect(image.bitDepth == .sixteen)
    for (width, height) in [(92, 68), (9, 5)] {
      let expected = try Golden.floats("matlab-gray16-\(width)x\(height).f32")
      let resized = image.resized(toWidth: width, height: height, convention: .matlab)
      #expect(resized.pixels.count == expected.count)
      for (a, b) in zip(resized.pixels, expected) { #expect(abs(a - b) < 1e-6) }
    }
  }

  @Test(arguments: [ResamplingFilter.box, .bilinear, .bicubic], [(37, 29), (11, 8), (7, 30)])
  func isPyTorchs(filter: ResamplingFilter, size: (width: Int, height: Int)) throws {
    var image = try Golden.image("gray.png")
    image.bitDepth = .sixteen
    let expected = try Golden.floats("pytorch-\(filter)-\(size.width)x\(size.height).f32")
    let resized = image.resized(
      toWidth: size.width, height: size.height, filter: filter, convention: .pytorch)
    #expect(resized.pixels.count == expected.count)
    for (a, b) in zip(resized.pixels, expected) { #expect(abs(a - b) < 1e-5) }
  }

  @Test func largeImagesOnManyThreadsMatchSmallPieces() {
    // A band of a large image, far from its edges, is resized like the same band alone.
    let image = Image.pattern(width: 900, height: 800, channels: 3)
    let whole = image.resized(toWidth: 450, height: 400)
    let band = image.cropped(x: 0, y: 200, width: 900, height: 200).resized(toWidth: 450, height: 100)
    let middle = (x: 0, y: 10, width: 450, height: 80)
    let expected = band.cropped(x: middle.x, y: middle.y, width: middle.width, height: middle.height)
    let found = whole.cropped(x: 0, y: 110, width: 450, height: 80)
    #expect(found == expected)
  }

  @Test func transparentPixelsLendNoColor() {
    // Left half red and opaque, right half green and transparent.
    let row = [[1, 0, 0, 1], [1, 0, 0, 1], [0, 1, 0, 0], [0, 1, 0, 0]] as [[Float]]
    let image = Image(width: 4, height: 1, channels: 4, pixels: row.flatMap(\.self))
    let resized = image.resized(toWidth: 2, height: 1, filter: .bilinear)
    #expect(resized.pixels[0] == 1 && resized.pixels[1] == 0)
    #expect(resized.pixels[4] == 1 && resized.pixels[5] == 0)
    #expect(resized.pixels[7] < 0.5)
  }

  @Test func sameSizeIsTheSameImage() {
    let image = Image.pattern(width: 5, height: 3, channels: 2)
    #expect(image.resized(toWidth: 5, height: 3) == image)
  }
}
