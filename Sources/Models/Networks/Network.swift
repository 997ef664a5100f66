import Layers

/// A network that model files can hold and recipes can name: all that the program knows of it.
///
/// Its configuration determines its tensors' names and shapes. A network's type is enough for the program to recognise it in
/// a file, build it, describe it and time it, once the type is in `Networks`.
public protocol Network: Layer, SendableMetatype {
  associatedtype Configuration: NetworkConfiguration

  /// `resnet`: in recipes and model files. No two generators, and no two discriminators, share one.
  static var name: String { get }
  /// `ResNet generator (CycleGAN)`: for people, in lists of what there is. By default the name.
  static var title: String { get }
  /// What recipes may set, in the order in which it is written.
  static var settings: [Setting<Configuration>] { get }

  var configuration: Configuration { get }

  /// With weights of 0. Requires `problem(with: configuration)` to be nil.
  init(_ configuration: Configuration)

  /// Why no such network can be built, in words; nil if it can. Asked before anything is built of what a file says. By
  /// default, settings must be what `settings` allow, and a network must take and make 1 to 1024 channels.
  ///
  /// Whatever makes the number of a network's tensors must be limited here or by a setting's range.
  static func problem(with configuration: Configuration) -> String?

  /// Every tensor of the network, by its name in files. By default, each is called what its path in the network is, and
  /// has our layout; networks that others publish files of have the names in those.
  static func tensorKeys(for configuration: Configuration) -> [TensorKey]

  /// For a person. By default, the name and the settings.
  static func summary(of configuration: Configuration) -> String

  /// The configuration and the names of tensors, told from the names and shapes of those in a file; nil where they are not
  /// this network's. Files of a network that is never recognised must describe themselves, which is the default.
  static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>?

  /// What was recognised, with those settings of a file's own description that tensors do not tell. By default, they tell
  /// everything.
  static func completing(_ recognized: Configuration, from described: Configuration) -> Configuration

  /// How its weights begin in training. By default, normally distributed with a deviation of 0.02.
  static func initializer(for configuration: Configuration) -> Initializer

  /// What `guise bench` can time. By default, of a generator the default configuration, of others nothing.
  static var benchmarks: [NetworkBenchmark] { get }
}

/// What a network is built from.
public protocol NetworkConfiguration: Codable, Sendable, Equatable {
  /// The published one.
  init()
}

/// What a file's tensors are: a network's configuration, and what the file calls its tensors.
public struct Recognition<Configuration: Sendable>: Sendable {
  public let configuration: Configuration
  public let keys: [TensorKey]

  public init(_ configuration: Configuration, keys: [TensorKey]) {
    self.configuration = configuration
    self.keys = keys
  }
}

extension Network {
  public static var title: String { name }

  public static func problem(with configuration: Configuration) -> String? {
    problemWithSettings(of: configuration)
  }

  /// What `settings` say against a configuration's values.
  static func problemWithSettings(of configuration: Configuration) -> String? {
    for setting in settings {
      var copy = configuration
      let text = setting.write(configuration)
      if !setting.read(text, &copy) { return "\(setting.name) is \(text), expected \(setting.expectation)" }
    }
    return nil
  }

  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    outlined { Self(configuration) }.tensorKeysByPath
  }

  public static func summary(of configuration: Configuration) -> String {
    ([name] + settings.map { "\($0.name) \($0.write(configuration))" }).joined(separator: ", ")
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? { nil }

  public static func completing(_ recognized: Configuration, from described: Configuration) -> Configuration {
    recognized
  }

  public static func initializer(for configuration: Configuration) -> Initializer { .normal(deviation: 0.02) }

  public static var benchmarks: [NetworkBenchmark] { [] }
}

extension Layer {
  /// Each parameter and statistic under its own path, in the order of the properties.
  fileprivate var tensorKeysByPath: [TensorKey] {
    namedParameters.map { TensorKey(path: $0.name, key: $0.name, layout: .same, shape: $0.parameter.shape) }
      + namedStatistics.map { TensorKey(path: $0.name, key: $0.name, layout: .same, shape: $0.statistic.shape) }
  }
}
