import Foundation

/// Why an image cannot be upscaled as asked; the caller adds the file's name.
public enum UpscalingError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case scaleBeyondModel(asked: Int, model: Int)
  case scaleTooSmall(asked: Int)
  case tileTooSmall(asked: Int)
  case unusableDenoising(asked: Double)
  case unusableChannels(input: Int, output: Int)
  /// `tile` is the side of the tiles that would need this much.
  case notEnoughMemory(tile: Int, needed: Int, available: Int)

  public var description: String {
    switch self {
    case .scaleBeyondModel(let asked, let model):
      "the model makes images \(model) times as large, not \(asked) times: ask for \(model) or less, or give another model"
    case .scaleTooSmall(let asked):
      "images cannot be made \(asked) times as large, expected a scale of 1 or more"
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
