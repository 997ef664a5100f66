import Layers

/// What a discriminator's last layer is told of how an image relates to the others of its batch.
public enum MinibatchView: String, Codable, CaseIterable, Sendable {
  case none
  /// How much images differ (Karras et al. 2018).
  case deviation
  /// How near the others are (Salimans et al. 2016).
  case discrimination

  /// As published.
  private static let kernels = 100, dimensions = 5

  /// How many features it adds.
  var further: Int {
    switch self {
    case .none: 0
    case .deviation: 1
    case .discrimination: Self.kernels
    }
  }

  /// Nil for none.
  func layer(features: Int) -> (any Layer)? {
    switch self {
    case .none: nil
    case .deviation: MinibatchDeviation()
    case .discrimination: MinibatchDiscrimination(features, kernels: Self.kernels, dimensions: Self.dimensions)
    }
  }
}
