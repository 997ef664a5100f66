/// A discriminator that recipes can name.
public protocol DiscriminatorNetwork: Network, FeatureDiscriminator where Configuration: DiscriminatorConfiguration {
  /// What the height and width of what it judges must be multiples of; 1 by default.
  static func sizeMultiple(of configuration: Configuration) -> Int
  /// What the height and width of what it judges must be at least; `sizeMultiple` by default.
  static func smallestSize(of configuration: Configuration) -> Int
  /// What the generator's file is usually called beside this one's: for whoever takes one for the other. Nil by default.
  static var exampleOfGeneratorFile: String? { get }
}

public protocol DiscriminatorConfiguration: NetworkConfiguration {
  var inputChannels: Int { get set }

  /// Makes it one for square images of `side` pixels, where that is part of the network.
  mutating func fit(imagesOf side: Int)
}

extension DiscriminatorConfiguration {
  public mutating func fit(imagesOf side: Int) {}
}

extension DiscriminatorNetwork {
  public static var exampleOfGeneratorFile: String? { nil }

  public static func sizeMultiple(of configuration: Configuration) -> Int { 1 }
  public static func smallestSize(of configuration: Configuration) -> Int { sizeMultiple(of: configuration) }

  public static func problem(with configuration: Configuration) -> String? {
    guard NetworkDescription.channelCounts.contains(configuration.inputChannels) else {
      return "it takes \(configuration.inputChannels) channels, expected 1 to "
        + "\(NetworkDescription.channelCounts.upperBound)"
    }
    return problemWithSettings(of: configuration)
  }

  /// How a summary tells what it judges. A conditional discriminator sees a generator's input and output together, of
  /// images in colour six channels; three may be an image or a colorization's L, a and b.
  static func judged(_ channels: Int) -> String {
    switch channels {
    case 1: "1 channel"
    case 3: "3 channels (an image, or L with its colours)"
    default: "\(channels) channels (conditional: input and output together)"
    }
  }
}
