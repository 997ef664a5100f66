import Foundation
import Images
import Tensors
import Testing

struct ImageTests {
  @Test func croppingAndFlipping() {
    let image = Image.pattern(width: 5, height: 4, channels: 3)
    let part = image.cropped(x: 1, y: 2, width: 3, height: 2)
    #expect(Array(part.pixels[0..<3]) == Array(image.pixels[(2 * 5 + 1) * 3..<(2 * 5 + 2) * 3]))
    #expect(Array(part.pixels[15..<18]) == Array(image.pixels[(3 * 5 + 3) * 3..<(3 * 5 + 4) * 3]))
    let flipped = image.flippedHorizontally()
    #expect(Array(flipped.pixels[0..<3]) == Array(image.pixels[12..<15]))
    #expect(flipped.flippedHorizontally() == image)
  }

  @Test func arraysSpanMinusOneToOne() {
    let image = Image(width: 2, height: 1, channels: 4, pixels: [0, 0.5, 1, 0.3, 1, 1, 0, 0])
    let array = image.array(channels: 3)
    #expect(array == NDArray([-1, 0, 1, 1, 1, -1], shape: [1, 1, 2, 3]))
    #expect(Image(array: array) == image.withoutAlpha())
    let gray = image.array(channels: 1)
    #expect(gray.shape == [1, 1, 2, 1])
    #expect(abs(gray.scalars[0] - (2 * (0.587 * 0.5 + 0.114) - 1)) < 1e-6)
  }

  @Test func grayIsRepeatedInArrays() {
    let image = Image(width: 2, height: 1, channels: 2, pixels: [0, 1, 0.75, 1])
    #expect(image.array(channels: 3) == NDArray([-1, -1, -1, 0.5, 0.5, 0.5], shape: [1, 1, 2, 3]))
  }

  @Test func oneImageOfABatch() {
    let array = NDArray([0, 0, 0, -3, 1, 9], shape: [2, 1, 3, 1])
    #expect(Image(array: array, index: 1).pixels == [0, 1, 1])
  }

  @Test func alphaMovesBetweenImages() throws {
    let original = Image(width: 2, height: 1, channels: 2, pixels: [0.1, 0.25, 0.2, 0.75])
    let translated = Image(width: 2, height: 1, channels: 3, pixels: [1, 0, 0, 0, 1, 0])
    let image = try translated.withAlpha(from: original)
    #expect(image.pixels == [1, 0, 0, 0.25, 0, 1, 0, 0.75])
    #expect(image.alpha == [0.25, 0.75])
    #expect(try image.withAlpha(from: translated) == translated)
    #expect(translated.alpha == nil)
  }

  @Test func grayscaleIsTheLuma() {
    let image = Image(width: 1, height: 1, channels: 4, pixels: [1, 0.5, 0.25, 0.5])
    let gray = image.grayscale()
    #expect(gray.channels == 2)
    #expect(abs(gray.pixels[0] - 0.621) < 1e-6)
    #expect(gray.pixels[1] == 0.5)
  }

  @Test func grayGetsColors() {
    let image = Image(width: 2, height: 1, channels: 2, pixels: [0.5, 1, 0.25, 0])
    #expect(image.withColors().pixels == [0.5, 0.5, 0.5, 1, 0.25, 0.25, 0.25, 0])
    #expect(image.withColors().withColors() == image.withColors())
  }

  @Test func whatIsNoImageIsRefused() throws {
    let impossible = [(0, 1, 1, 0), (1, -1, 1, 1), (1, 1, 5, 5), (2, 2, 3, 11), (Int.max, 2, 3, 6)]
    for (width, height, channels, count) in impossible {
      #expect(throws: ImageError.self) {
        try Image(
          ImageHeader(width: width, height: height, channels: channels), pixels: Array(repeating: 0, count: count))
      }
    }
    let header = ImageHeader(width: 2, height: 1, channels: 1, bitDepth: .sixteen)
    let image = try Image(header, pixels: [0, 1])
    #expect(image.header == header && image.pixels == [0, 1])
    #expect(throws: ImageError.invalid(reason: "there are no images to make a grid of")) { try Image.grid(rows: []) }
  }

  @Test func partsLieWithinTheImage() throws {
    let image = Image(width: 3, height: 1, channels: 1, pixels: [0.1, 0.2, 0.3])
    #expect(try image.cropped(to: ImageRegion(x: 1, y: 0, width: 2, height: 1)).pixels == [0.2, 0.3])
    for region in [(2, 0, 2, 1), (-1, 0, 2, 1), (0, 0, 0, 1), (0, 1, 1, 1), (.max, 0, 1, 1)] {
      let region = ImageRegion(x: region.0, y: region.1, width: region.2, height: region.3)
      #expect(throws: ImageError.outside(path: nil, region: region, width: 3, height: 1)) {
        try image.cropped(to: region)
      }
    }
  }

  @Test func unlikeImagesAreNotCompared() {
    let image = Image(width: 3, height: 1, channels: 1, pixels: [0.1, 0.2, 0.3])
    let other = Image(width: 1, height: 3, channels: 1, pixels: [0.1, 0.2, 0.3])
    let error = ImageError.unlike(first: "3x1 pixels", second: "1x3")
    #expect(throws: error) { try image.peakSignalToNoiseRatio(to: other) }
    #expect(throws: error) { try image.structuralSimilarity(to: other) }
    #expect(throws: error) { try image.meanColorDifference(to: other) }
    #expect(throws: error) { try image.detail(comparedTo: other) }
    #expect(throws: error) { try image.withAlpha(from: other) }
    #expect(throws: ImageError.unlike(first: "1 channels", second: "3")) {
      try image.scores([.peakSignalToNoiseRatio], against: image.withColors())
    }
  }

  @Test func anyTurnAndAnySizeIsPossible() {
    let image = Image(width: 3, height: 1, channels: 1, pixels: [0.1, 0.2, 0.3])
    for turns in -5...5 { #expect(image.turned(quarters: turns) == image.turned(quarters: (turns + 8) % 4)) }
    let small = image.resized(toWidth: 0, height: -2)
    #expect((small.width, small.height) == (1, 1))
  }

  @Test func gridsLayImagesInRows() throws {
    let black = Image(width: 2, height: 1, channels: 1, pixels: [0, 0])
    let red = Image(width: 1, height: 2, channels: 3, pixels: [1, 0, 0, 1, 0, 0])
    let grid = try Image.grid(rows: [[black, red], [red]], margin: 1)
    #expect((grid.width, grid.height, grid.channels) == (5, 5, 3))
    let picture = stride(from: 0, to: grid.pixels.count, by: 3).map { i in
      switch (grid.pixels[i], grid.pixels[i + 1]) {
      case (0, 0): "b"
      case (1, 0): "r"
      default: "."
      }
    }
    #expect(picture.joined() == "bb.r....r......r....r....")
  }
}
