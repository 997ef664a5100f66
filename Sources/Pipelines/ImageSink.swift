import Foundation
import Images

/// Receives an image in parts as they are computed: rows of parts from the top, each row from the left.
public protocol ImageSink: AnyObject {
  /// Announces the cost of a long computation before it begins.
  func expect(_ estimate: ComputationEstimate)

  /// Called before the first part. Throws if the sink cannot accept the image.
  func begin(_ header: ImageHeader) throws

  /// The side of the tiles of an interrupted computation of the same result, of which finished rows are left; nil if
  /// there are none.
  var interruptedTile: Int? { get }

  /// Called after `begin` by a computation in tiles, which can go on from finished rows. Returns the number of rows, from
  /// the top, that the sink has already; they must not be appended.
  ///
  /// - Parameters:
  ///   - tile: the side of the tiles.
  ///   - ends: the numbers of rows after which the computation can go on, in rising order.
  func resume(tile: Int, at ends: [Int]) throws -> Int

  /// Takes the next part, which is as high as the others in its row.
  func append(_ part: Image) throws

  /// Reports, between two parts, the fraction of the image computed so far, 0...1. Throws to end the computation.
  func advance(to fraction: Double) throws
}

extension ImageSink {
  public func expect(_ estimate: ComputationEstimate) {}
  public var interruptedTile: Int? { nil }
  public func resume(tile: Int, at ends: [Int]) throws -> Int { 0 }

  /// Passes a whole image as one part.
  public func write(_ image: Image) throws {
    try begin(image.header)
    try append(image)
  }
}

/// Parts that do not add up to an image.
public enum ImageSinkError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case hasBegun
  case hasNotBegun
  case doesNotFit(width: Int, height: Int, x: Int, y: Int)
  case isIncomplete

  public var description: String {
    switch self {
    case .hasBegun: "a result was begun twice"
    case .hasNotBegun: "a result was given parts before it had begun"
    case .doesNotFit(let width, let height, let x, let y):
      "a part of \(width)x\(height) pixels does not fit into the result at (\(x), \(y))"
    case .isIncomplete: "the result lacks parts"
    }
  }

  public var errorDescription: String? { description }
}

/// Assembles the parts in memory.
package final class ImageCanvas: ImageSink {
  private var header = ImageHeader(width: 0, height: 0, channels: 1)
  private var pixels: [Float] = []
  private var (x, y) = (0, 0)

  package init() {}

  package func begin(_ header: ImageHeader) {
    self.header = header
    pixels = Array(repeating: 0, count: header.width * header.height * header.channels)
  }

  package func append(_ part: Image) {
    let channels = header.channels
    precondition(
      part.channels == channels && x + part.width <= header.width && y + part.height <= header.height,
      "a part of \(part.width)x\(part.height)x\(part.channels) at (\(x), \(y)) lies outside of the image")
    let count = part.width * channels
    for row in 0..<part.height {
      let start = ((y + row) * header.width + x) * channels
      pixels.replaceSubrange(start..<start + count, with: part.pixels[row * count..<(row + 1) * count])
    }
    x += part.width
    if x == header.width { (x, y) = (0, y + part.height) }
  }

  package func advance(to fraction: Double) {}

  /// Complete after the last part.
  package var image: Image {
    Image(
      width: header.width, height: header.height, channels: header.channels, pixels: pixels, bitDepth: header.bitDepth,
      metadata: header.metadata)
  }
}
