import Tensors

/// A set of images that others are compared with.
public struct ImageSetReference: Sendable {
  private static let patchDirections = 512, colorDirections = 128
  /// Of images without any detail.
  private static let smallestContrast: Float = 1e-6
  /// About a difference that can just be seen.
  private static let smallestColorDeviation: Float = 1

  private let patches: [SlicedWasserstein]
  private let colors: SlicedWasserstein

  /// - Parameter sample: of at least one image.
  public init(_ sample: ImageSetSample) {
    let directions = SlicedWasserstein.directions(Self.patchDirections, dimension: sample.patches[0].dimension)
    patches = sample.patches.map {
      SlicedWasserstein(reference: $0, directions: directions, smallestDeviation: Self.smallestContrast)
    }
    colors = SlicedWasserstein(
      reference: sample.colors, directions: SlicedWasserstein.directions(Self.colorDirections, dimension: 3),
      smallestDeviation: Self.smallestColorDeviation)
  }

  /// The sliced Wasserstein distances of patches, in thousandths of this set's standard deviations, for each of
  /// `ImageSetSample.sides`.
  public func textureDistances(to sample: ImageSetSample) -> [Double] {
    zip(patches, sample.patches).map { $0.distance(to: $1) }
  }

  /// The same distance of the colours in CIE Lab.
  public func paletteDistance(to sample: ImageSetSample) -> Double { colors.distance(to: sample.colors) }
}
