import Tensors

/// A network that maps images to images.
public protocol GeneratorNetwork: Network where Configuration: GeneratorConfiguration {
  /// The range of its input and output values.
  static var valueRange: ValueRange { get }

  /// What the input's height and width must be multiples of, in pixels; 1 by default.
  static func sizeMultiple(of configuration: Configuration) -> Int
  /// The smallest height and width of the input, in pixels; `sizeMultiple` by default.
  static func smallestSize(of configuration: Configuration) -> Int
  /// Whether each image's output in training is independent of the other images in the batch; false by default, which
  /// is always safe.
  static func keepsImagesApart(in configuration: Configuration) -> Bool
  /// The task for a model file that does not name one: what such a network is usually used for.
  static func usualTask(of configuration: Configuration) -> String
}

public protocol GeneratorConfiguration: NetworkConfiguration {
  var inputChannels: Int { get set }
  var outputChannels: Int { get set }
}

extension GeneratorNetwork {
  public static func sizeMultiple(of configuration: Configuration) -> Int { 1 }
  public static func smallestSize(of configuration: Configuration) -> Int { sizeMultiple(of: configuration) }
  public static func keepsImagesApart(in configuration: Configuration) -> Bool { false }

  public static func problem(with configuration: Configuration) -> String? {
    problemWithChannels(of: configuration) ?? problemWithSettings(of: configuration)
  }

  static func problemWithChannels(of configuration: Configuration) -> String? {
    for channels in [configuration.inputChannels, configuration.outputChannels]
    where !NetworkDescription.channelCounts.contains(channels) {
      return "it takes or makes \(channels) channels, expected 1 to \(NetworkDescription.channelCounts.upperBound)"
    }
    return nil
  }

  public static var benchmarks: [NetworkBenchmark] { [NetworkBenchmark(name, Self.self, Configuration())] }

  public var inputChannels: Int { configuration.inputChannels }
  public var outputChannels: Int { configuration.outputChannels }
  public var sizeMultiple: Int { Self.sizeMultiple(of: configuration) }
  public var smallestSize: Int { Self.smallestSize(of: configuration) }
}
