import Foundation
import Images

/// A result and the truth, cut to the result's size. Transparent ones are as they look on white.
public struct PairImages: Sendable {
  public let pair: ImagePairs.Pair
  public let output: Image
  public let truth: Image
  public let sizes: PairSizes

  /// Reads both. Throws `ImageError` or `PairError`.
  init(_ pair: ImagePairs.Pair) throws {
    let output = try Image(contentsOf: pair.output)
    let truth = try Image(contentsOf: pair.truth)
    let sizes = PairSizes(output: "\(output.width)x\(output.height)", truth: "\(truth.width)x\(truth.height)")
    let allowed = 0...PairSizes.largestExcess
    guard allowed.contains(truth.width - output.width), allowed.contains(truth.height - output.height) else {
      throw PairError.sizesDiffer(
        output: pair.output.relativePath, outputSize: sizes.output, truth: pair.truth.relativePath,
        truthSize: sizes.truth)
    }
    self.pair = pair
    self.output = output.laidOnWhite()
    self.truth = truth.laidOnWhite().cropped(to: output.area)
    self.sizes = sizes
  }
}

/// In pixels, as "640x480".
public struct PairSizes: Sendable, Equatable {
  /// A truth may be larger than its result by so many pixels at the right and bottom: what is left over where its size
  /// is no multiple of the factor, 8 at most, by which a network enlarges.
  public static let largestExcess = 7

  public let output: String
  /// The truth is cropped to the result's size at the right and bottom where it is larger.
  public let truth: String

  public var isTruthCropped: Bool { output != truth }
}
