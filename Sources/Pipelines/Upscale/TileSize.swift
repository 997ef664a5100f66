import Images
import Layers

/// How large the tiles are that an image is computed in.
public enum TileSize: Sendable, Equatable {
  /// As large as pays, and as memory allows.
  case automatic
  /// The longest side of what a tile answers for, in pixels of the image; what a tile reads is larger.
  case side(Int)

  /// Smaller tiles would be little but overlap.
  public static let smallest = 32
  /// Larger ones are not chosen by themselves.
  fileprivate static let largest = 4096
}

extension Upscaler {
  /// Throws `UpscalingError.notEnoughMemory`.
  func plan(for image: Image) throws -> TilePlan {
    let available = memoryLimit ?? AvailableMemory.bytes ?? .max
    switch tileSize {
    case .side(let side):
      let plan = plan(for: image, tile: side)
      let needed = memory(for: plan, of: image)
      guard needed <= available else {
        throw UpscalingError.notEnoughMemory(tile: side, needed: needed, available: available)
      }
      return plan
    case .automatic:
      let usable = available / 4 * 3
      let plans = stride(from: TileSize.smallest, through: TileSize.largest, by: 16).map { plan(for: image, tile: $0) }
      let fitting = plans.filter { memory(for: $0, of: image) <= usable }
      guard let best = fitting.min(by: { cost(of: $0, for: image) < cost(of: $1, for: image) }) else {
        throw UpscalingError.notEnoughMemory(
          tile: TileSize.smallest, needed: memory(for: plans[0], of: image), available: available)
      }
      return best
    }
  }

  /// Work, which larger tiles save, weighed against memory: twice the work is as bad as another four gigabytes.
  private func cost(of plan: TilePlan, for image: Image) -> Double {
    let pixels = plan.count * plan.extentSize.height * plan.extentSize.width
    return Double(pixels) * (1 + Double(memory(for: plan, of: image)) / 4e9)
  }

  private func plan(for image: Image, tile: Int) -> TilePlan {
    TilePlan(
      height: image.height, width: image.width, tile: tile, overlap: network.receptiveRadius + resizingMargin,
      multiple: network.sizeMultiple)
  }

  /// The bytes that computing takes, besides the image.
  private func memory(for plan: TilePlan, of image: Image) -> Int {
    let pixels = plan.extentSize.height * plan.extentSize.width
    let images = takesColorsSingly(of: image) ? 3 : 1
    let features = pixels * network.featureValuesPerPixel * images
    let output = min(Self.outputValues, pixels * network.outputValuesPerPixel * images)
    let part = plan.largestPart.height * plan.largestPart.width * network.scale * network.scale * image.channels
    let rows = image.width * plan.largestPart.height * scale * scale * image.channels * Self.rowsInFlight
    return (features + output + part * Self.copiesOfPart) * MemoryLayout<Float>.size / 8 * Self.eighthsOfBlocks
      + rows * (image.bitDepth.rawValue / 8) + network.parameterCount * Self.bytesPerParameter
  }

  /// Memory is had in blocks that are up to an eighth too large.
  private static let eighthsOfBlocks = 9
  /// Of a tile's part of the result, while it is cut, joined with its alpha and made smaller.
  private static let copiesOfPart = 4
  /// Rows of tiles that are being made, wait, and are being written.
  private static let rowsInFlight = 3
  /// Besides itself, a weight's transformed form takes four to nine times its memory.
  private static let bytesPerParameter = 6 * MemoryLayout<Float>.size
}
