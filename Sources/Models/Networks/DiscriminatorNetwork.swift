/// A discriminator that recipes can name.
public protocol DiscriminatorNetwork: Network, FeatureDiscriminator where Configuration: DiscriminatorConfiguration {
  /// What the height and width of its input must be multiples of, in pixels; 1 by default.
  static func sizeMultiple(of configuration: Configuration) -> Int
  /// The smallest height and width of its input, in pixels; `sizeMultiple` by default.
  static func smallestSize(of configuration: Configuration) -> Int
  /// The usual name of the generator's file that is saved beside this discriminator's, for messages to users who
  /// confuse the two. Nil by default.
  static var exampleOfGeneratorFile: String? { get }
}

public protocol DiscriminatorConfiguration: NetworkConfiguration {
  var inputChannels: Int { get set }

  /// Sets the size of its square input images, in pixels, if the network depends on it.
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

  /// A summary's description of the input. A conditional discriminator sees a generator's input and output together,
  /// which are six channels for two RGB images; three channels may be an image, or L, a and b in colorization.
  static func judged(_ channels: Int) -> String {
    switch channels {
    case 1: "1 channel"
    case 3: "3 channels (an image, or L with its colours)"
    default: "\(channels) channels (conditional: input and output together)"
    }
  }
}
