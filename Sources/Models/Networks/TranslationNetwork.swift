import Tensors

/// A generator that makes of an image another one of its size: `[N, H, W, inputChannels]` ->
/// `[N, H, W, outputChannels]`, values in -1...1 on both sides.
public protocol TranslationNetwork: GeneratorNetwork {
  /// The most values that are alive at once for each pixel outside of training: what peak memory is estimated from.
  var valuesPerPixel: Int { get }
  /// How many values the memory for a parameter amounts to, with the transformed copies that convolutions keep of it.
  var valuesPerParameter: Int { get }
}

extension TranslationNetwork {
  public static var valueRange: ValueRange { .signed }

  public static func usualTask(of configuration: Configuration) -> String {
    (configuration.inputChannels, configuration.outputChannels) == (1, 2) ? "colorization" : "paired"
  }

  public var valuesPerParameter: Int { 2 }
}
