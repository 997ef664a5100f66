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
}

extension Upscaler {
  /// Throws `UpscalingError.notEnoughMemory`.
  func plan(for image: Image) throws -> TilePlan {
    let available = memoryLimit ?? AvailableMemory.bytes ?? .max
    switch tileSize {
    case .side(let side):
      let needed = memory(inTilesOf: side, for: image)
      guard needed <= available else {
        throw UpscalingError.notEnoughMemory(tile: side, needed: needed, available: available)
      }
      return plan(for: image, tile: side)
    case .automatic:
      guard let side = automaticTile(for: image, available: available) else {
        let needed = memory(inTilesOf: TileSize.smallest, for: image)
        throw UpscalingError.notEnoughMemory(tile: TileSize.smallest, needed: needed, available: available)
      }
      return plan(for: image, tile: side)
    }
  }

  /// The largest tile up to what pays that takes little memory; only where such tiles would be mostly overlap, one that
  /// takes more.
  private func automaticTile(for image: Image, available: Int) -> Int? {
    func largest(upTo side: Int, within bytes: Int) -> Int? {
      stride(from: side, through: TileSize.smallest, by: -8).first { memory(inTilesOf: $0, for: image) <= bytes }
    }
    let mostlyOverlap = max(TileSize.smallest, (2 * overlap + 7) / 8 * 8)
    let usable = available / 4 * 3
    if let side = largest(upTo: max(Self.sideThatPays, 4 * mostlyOverlap), within: min(usable, Self.littleMemory)),
      side >= mostlyOverlap
    {
      return side
    }
    return largest(upTo: mostlyOverlap, within: usable)
  }

  /// Larger tiles save little work where the overlap is small, and make the rows of tiles large that wait to be written.
  private static let sideThatPays = 512
  private static let littleMemory = 1 << 30

  private func plan(for image: Image, tile: Int) -> TilePlan {
    TilePlan(
      height: image.height, width: image.width, tile: tile, overlap: overlap, multiple: network.sizeMultiple)
  }

  private var overlap: Int { network.reach + resizingMargin }

  /// The bytes that computing takes, besides the image.
  private func memory(inTilesOf side: Int, for image: Image) -> Int {
    let plan = plan(for: image, tile: side)
    let pixels = plan.extentSize.height * plan.extentSize.width
    let activations = pixels * network.activationsPerPixel * (takesColorsSingly(of: image) ? image.colorChannels : 1)
    let results = pixels * network.scale * network.scale * image.channels * Self.copiesOfResult
    let rows = image.width * plan.largestPartHeight * scale * scale * image.channels * Self.rowsInFlight
    return (activations + results) * MemoryLayout<Float>.size + rows * (image.bitDepth.rawValue / 8)
      + network.parameterCount * Self.bytesPerParameter
  }

  /// Of a tile's result, while it is cut, joined with its alpha and made smaller.
  private static let copiesOfResult = 3
  /// Rows of tiles that are being made, wait, and are being written.
  private static let rowsInFlight = 3
  /// Besides itself, a weight's transformed form takes four to nine times its memory.
  private static let bytesPerParameter = 6 * MemoryLayout<Float>.size
}
