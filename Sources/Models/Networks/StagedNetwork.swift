import Layers

/// A network that is a chain of stages: where the memory for a whole image is lacking, it is computed strip by strip.
package protocol StagedNetwork: TranslationNetwork {
  /// What the network does outside of training; nil where stages alone do not say it: where dropout is on, or batch norm
  /// goes by the image.
  var stagesAtTest: [any Stage]? { get }
}
