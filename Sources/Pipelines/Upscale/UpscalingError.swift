import Foundation

/// Why an image cannot be upscaled as asked; the caller adds the file's name.
public enum UpscalingError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case unusableScale(asked: Double)
  case tileTooSmall(asked: Int)
  case unusableDenoising(asked: Double)
  case unusableChannels(input: Int, output: Int)
  /// `tile` is the side of the tiles that would need this much.
  case notEnoughMemory(tile: Int, needed: Int, available: Int)

  public var description: String {
    switch self {
    case .unusableScale(let asked):
      "images cannot be made \(Upscaler.text(of: asked)) times as large, expected a scale from \(Int(Upscaler.scales.lowerBound)) to "
        + "\(Int(Upscaler.scales.upperBound))"
    case .tileTooSmall(let asked):
      "tiles of \(asked) pixels are too small, expected at least \(TileSize.smallest)"
    case .unusableDenoising(let asked):
      "the strength of denoising is \(asked), expected 0 to 1"
    case .unusableChannels(let input, let output):
      "the model turns \(input) channels into \(output), expected 1 or 3 of either"
    case .notEnoughMemory(let tile, let needed, let available):
      "upscaling in tiles of \(tile) pixels takes about \(AvailableMemory.text(needed)) of memory, and "
        + "\(AvailableMemory.text(available)) are free"
    }
  }

  public var errorDescription: String? { description }
}
