import Layers
import Tensors

/// A generator that maps an image to another of the same size: `[N, H, W, inputChannels]` ->
/// `[N, H, W, outputChannels]`, both in -1...1.
public protocol TranslationNetwork: GeneratorNetwork {
  /// The most values per input pixel that are alive at once outside training, from which peak memory is estimated.
  var valuesPerPixel: Int { get }
  /// How many values in memory each parameter takes, including the packed and transformed copies that convolutions
  /// keep; by default 2, for the parameter itself and a packed copy.
  var valuesPerParameter: Int { get }
}

extension TranslationNetwork {
  public static var valueRange: ValueRange { .signed }

  public static func usualTask(of configuration: Configuration) -> String {
    (configuration.inputChannels, configuration.outputChannels) == (1, 2) ? "colorization" : "paired"
  }

  public var valuesPerParameter: Int { 2 }
}

/// A network that is a chain of stages, which can be computed in strips of rows if there is too little memory for a
/// whole image.
package protocol StagedNetwork: TranslationNetwork {
  /// The stages that the network consists of outside training; nil if it does more than its stages, because dropout is
  /// on or batch norm uses the image's statistics.
  var stagesAtTest: [any Stage]? { get }
}
