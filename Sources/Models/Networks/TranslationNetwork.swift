import Layers
import Tensors

/// A generator that makes of an image another one of its size: `[N, H, W, inputChannels]` ->
/// `[N, H, W, outputChannels]`, values in -1...1 on both sides.
public protocol TranslationNetwork: GeneratorNetwork {
  /// The most values that are alive at once for each pixel outside of training: what peak memory is estimated from.
  var valuesPerPixel: Int { get }
  /// How many values a parameter takes memory for, with the forms that convolutions keep of it; by default 2, the packed one
  /// beside its own.
  var valuesPerParameter: Int { get }
}

extension TranslationNetwork {
  public static var valueRange: ValueRange { .signed }

  public static func usualTask(of configuration: Configuration) -> String {
    (configuration.inputChannels, configuration.outputChannels) == (1, 2) ? "colorization" : "paired"
  }

  public var valuesPerParameter: Int { 2 }
}

/// A network that is a chain of stages: where the memory for a whole image is lacking, it is computed strip by strip.
package protocol StagedNetwork: TranslationNetwork {
  /// What the network does outside of training; nil where stages alone do not say it: where dropout is on, or batch norm
  /// goes by the image.
  var stagesAtTest: [any Stage]? { get }
}
