import Tensors

/// What is kept of a set of images, to compare it with another without pairs and without a network: random patches at
/// several scales, and random colours.
public struct ImageSetSample: Sendable {
  /// How many patches of each image and scale are kept, unless there are very many images.
  private static let patchesPerImage = 128
  /// Of a scale, to bound memory.
  private static let mostPatches = 1 << 17
  private static let colorsPerImage = 1024

  /// The sides of the images in which patches are compared, the finest scale first.
  public static var sides: [Int] { (0..<LaplacianPyramid.levels).map(LaplacianPyramid.side) }

  public private(set) var count = 0
  private let drawnPatches: Int
  package private(set) var patches = Array(
    repeating: PointSet(dimension: LaplacianPyramid.patch * LaplacianPyramid.patch * 3),
    count: LaplacianPyramid.levels)
  /// In CIE Lab.
  private(set) var colors = PointSet(dimension: 3)

  /// - Parameter images: about how many there will be.
  public init(images: Int) {
    drawnPatches = max(1, min(Self.patchesPerImage, Self.mostPatches / max(1, images)))
  }

  /// Takes from an image of any size; its place in the set determines what is drawn.
  public mutating func add(_ image: Image) {
    let pyramid = LaplacianPyramid(image)
    add(
      pyramid,
      at: patches.indices.map { level in
        let random = Random(seed: 1, purpose: "quality.patches.\(level)", step: count)
        let range = LaplacianPyramid.places(inLevel: level)
        return (0..<drawnPatches).map {
          (random.integer(in: range, at: 2 * $0), random.integer(in: range, at: 2 * $0 + 1))
        }
      })
    let random = Random(seed: 1, purpose: "quality.colors", step: count)
    let conversion = LabConversion()
    for index in 0..<Self.colorsPerImage {
      let place = 3 * random.integer(in: 0..<pyramid.image.count / 3, at: index)
      let color = conversion.lab(
        SIMD3(pyramid.image[place], pyramid.image[place + 1], pyramid.image[place + 2]))
      colors.values += [color.lightness, color.a, color.b]
    }
    count += 1
  }

  /// Takes the patches that begin at these places of each level.
  package mutating func add(_ pyramid: LaplacianPyramid, at places: [[(row: Int, column: Int)]]) {
    for (level, places) in places.enumerated() {
      for (row, column) in places {
        patches[level].values += pyramid.patch(level: level, row: row, column: column)
      }
    }
  }
}
