import Foundation

/// Why an image cannot be colorized as asked.
public enum ColorizationError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case unusableChannels(input: Int, output: Int)
  case unusableSize(asked: Int)
  case unusableStrength(asked: Double)

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
    }
  }

  public var errorDescription: String? { description }
}
