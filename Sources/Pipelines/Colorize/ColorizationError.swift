import Foundation

/// Why an image cannot be colorized as asked.
public enum ColorizationError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case unusableChannels(input: Int, output: Int)
  case unusableSize(asked: Int)
  case unusableStrength(asked: Double)
  case unusableVividness(asked: Double)
  /// A vividness was asked of a network that finds a single colour for each pixel.
  case noVividness

  public var description: String {
    switch self {
    case .unusableChannels(let input, let output):
      "the model turns \(input) channels into \(output), expected 1, lightness, into 2, colours"
    case .unusableSize(let asked):
      "colours cannot be found at a size of \(asked) pixels, expected \(Colorizer.sizes.lowerBound) to "
        + "\(Colorizer.sizes.upperBound)"
    case .unusableStrength(let asked):
      "colours cannot have a strength of \(asked), expected \(Colorizer.strengths.lowerBound) to "
        + "\(Colorizer.strengths.upperBound)"
    case .unusableVividness(let asked):
      "colours cannot have a vividness of \(asked), expected \(Colorizer.vividnesses.lowerBound) to "
        + "\(Colorizer.vividnesses.upperBound)"
    case .noVividness:
      "the model finds one colour for each pixel, so there is no vividness to choose: expected a model that chooses "
        + "colours from bins"
    }
  }

  public var errorDescription: String? { description }
}
