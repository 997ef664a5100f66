import Images
import Layers

/// The size of the tiles that an image is computed in.
public enum TileSize: Sendable, Equatable {
  /// The size that costs the least within the memory allowed.
  case automatic
  /// The longest side of the part that a tile computes, in pixels of the image; a tile reads more than that.
  case side(Int)

  /// Smaller tiles would be mostly halo.
  public static let smallest = 32
  /// `automatic` does not choose larger ones.
  fileprivate static let largest = 4096
  /// The step between the sizes that `automatic` compares.
  fileprivate static let step = 16
}

extension Upscaler {
  /// Throws `UpscalingError.notEnoughMemory`.
  ///
  /// - Parameters:
  ///   - resizes: whether the result is resized as it is made.
  ///   - interrupted: the side of the tiles of an interrupted computation, which is chosen again if there is memory for it.
  func plan(for image: Image, resizes: Bool, after interrupted: Int?) throws -> TilePlan {
    let available = memoryLimit ?? AvailableMemory.bytes ?? .max
    func memory(for plan: TilePlan) -> Int { self.memory(for: plan, of: image, resizes: resizes) }
    /// The number of pixels computed, which larger tiles reduce, weighed against memory: four gigabytes more cost as much
    /// as computing twice the pixels.
    func cost(of plan: TilePlan) -> Double {
      let pixels = plan.count * plan.extentSize.height * plan.extentSize.width
      return Double(pixels) * (1 + Double(memory(for: plan)) / 4e9)
    }
    switch tileSize {
    case .side(let side):
      let plan = plan(for: image, tile: side)
      let needed = memory(for: plan)
      guard needed <= available else {
        throw UpscalingError.notEnoughMemory(tile: side, needed: needed, available: available)
      }
      return plan
    case .automatic:
      if let interrupted, interrupted >= TileSize.smallest {
        let plan = plan(for: image, tile: interrupted)
        if memory(for: plan) <= available { return plan }
      }
      let usable = available / 4 * 3
      // All tiles at least as large as the image are alike.
      let largest = min(TileSize.largest, max(image.width, image.height) + TileSize.step)
      let plans = stride(from: TileSize.smallest, through: max(TileSize.smallest, largest), by: TileSize.step)
        .map { plan(for: image, tile: $0) }
      let fitting = plans.filter { memory(for: $0) <= usable }
      // Larger tiles are nearer to the whole where that is what a network's statistics should be of.
      let chosen =
        network.dependsOnWholeImage
        ? fitting.last : fitting.min(by: { cost(of: $0) < cost(of: $1) })
      guard let best = chosen else {
        throw UpscalingError.notEnoughMemory(
          tile: TileSize.smallest, needed: memory(for: plans[0]), available: available)
      }
      return best
    }
  }

  private func plan(for image: Image, tile: Int) -> TilePlan {
    TilePlan(
      height: image.height, width: image.width, tile: tile, overlap: network.receptiveRadius,
      multiple: network.sizeMultiple)
  }

  /// The peak memory in bytes, without the image itself.
  private func memory(for plan: TilePlan, of image: Image, resizes: Bool) -> Int {
    let pixels = plan.extentSize.height * plan.extentSize.width
    let images = takesColorsSingly(of: image) ? 3 : 1
    let features = pixels * network.featureValuesPerPixel * images
    let output = min(Self.outputValues, pixels * network.outputValuesPerPixel * images)
    let part = plan.largestPart.height * plan.largestPart.width * network.scale * network.scale * image.channels
    let copies = Self.copiesOfPart + (usesEnsemble ? Self.copiesInEnsemble : 0)
    let rows = image.width * plan.largestPart.height * network.scale * network.scale * image.channels
    let values = Double(features + output + part * copies + (resizes ? rows * Self.copiesOfResizedRows : 0))
    return Int(values * Double(MemoryLayout<Float>.size) * Self.blockOverhead)
      + rows * Self.rowsInFlight * (image.bitDepth.rawValue / 8) + parameterCount * Self.bytesPerParameter
  }

  /// Memory is allocated in blocks up to an eighth larger than their contents.
  private static let blockOverhead = 1.125
  /// The number of copies of a tile's part of the result while it is cropped and joined with its alpha.
  private static let copiesOfPart = 4
  /// The sum, and a result before and after it is turned.
  private static let copiesInEnsemble = 3
  /// The number of copies of a row of tiles while it is resized.
  private static let copiesOfResizedRows = 4
  /// One row of tiles is being computed, one waits, and one is being written.
  private static let rowsInFlight = 3
  /// A weight and its transforms for the kernels, which take four to nine times its memory.
  private static let bytesPerParameter = 6 * MemoryLayout<Float>.size
}
