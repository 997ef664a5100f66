import Tensors

/// A network that tells which of several classes an image belongs to: `[N, H, W, inputChannels]` in -1...1 -> logits
/// `[N, classes]`. What it sees of images before it decides serves to compare sets of them.
public protocol ClassifierNetwork: FeatureNetwork where Configuration: ClassifierConfiguration {}

public protocol ClassifierConfiguration: NetworkConfiguration {
  var inputChannels: Int { get set }
  var classes: Int { get set }
  /// The side of the square images that it is trained on, in pixels.
  var size: Int { get set }
}

extension ClassifierNetwork {
  public static func problem(with configuration: Configuration) -> String? {
    problemWithData(of: configuration) ?? problemWithSettings(of: configuration)
  }

  /// Why no such network can be built for its images and classes, as a message; nil if it can.
  static func problemWithData(of configuration: Configuration) -> String? {
    if ![1, 3].contains(configuration.inputChannels) {
      return "it takes \(configuration.inputChannels) channels, expected 1 or 3"
    }
    if !(2...100_000).contains(configuration.classes) {
      return "it knows \(configuration.classes) classes, expected 2 to 100000"
    }
    if !(1...8192).contains(configuration.size) {
      return "it takes images of \(configuration.size) pixels a side, expected 1 to 8192"
    }
    return nil
  }

  public var view: FeatureView { .stretched(side: configuration.size) }
}

extension NetworkDescription {
  /// A classifier with these settings for the images and classes of a data set; nil for other networks.
  package func classifier(inputChannels: Int, classes: Int, imagesOf side: Int) -> NetworkDescription? {
    func adapted<N: ClassifierNetwork>(_ type: N.Type) -> NetworkDescription? {
      guard var configuration = configuration(of: type) else { return nil }
      (configuration.inputChannels, configuration.classes, configuration.size) = (inputChannels, classes, side)
      return NetworkDescription(type, configuration)
    }
    return (network as? any ClassifierNetwork.Type).flatMap { adapted($0) }
  }

  /// The classes among which a classifier decides, or of which a generator makes images; nil for other networks.
  public var classes: Int? {
    (described.configuration as? any ClassifierConfiguration)?.classes
      ?? (described.configuration as? any SynthesisConfiguration)?.classes
  }
}
