import Tensors

/// A network made to colour gray photographs: L / 50 - 1 of CIE Lab, `[N, H, W, 1]`, -> a / 110 and b / 110,
/// `[N, H, W, 2]`.
public protocol ColorizingNetwork: TranslationNetwork {
  /// How a photograph becomes what the network sees.
  static var view: ColorizingView { get }
}

/// The size at which a network sees photographs.
public struct ColorizingView: Sendable, Equatable {
  /// The side of the square, or the shorter side, in pixels, unless another is asked for.
  public let size: Int
  /// Whether photographs are stretched to squares. Otherwise they keep their proportions.
  public let isSquare: Bool

  public init(size: Int, isSquare: Bool) {
    self.size = size
    self.isSquare = isSquare
  }
}

extension ColorizingNetwork {
  public static func problem(with configuration: Configuration) -> String? {
    problemWithColors(of: configuration) ?? problemWithSettings(of: configuration)
  }
}

extension GeneratorNetwork {
  /// Why a network that only colours cannot have these channels, as a message; nil if it can.
  static func problemWithColors(of configuration: Configuration) -> String? {
    if (configuration.inputChannels, configuration.outputChannels) == (1, 2) { return nil }
    return "it turns lightness into colours, 1 to 2 channels, not \(SummaryText.channels(configuration))"
  }
}
