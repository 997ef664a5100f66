import Layers

/// A network that model files can hold and recipes can name, with everything that the program needs to know about it.
///
/// Its configuration determines its tensors' names and shapes. Once a network's type is in `Networks`, the program can
/// recognise it in files, build it, describe it and benchmark it.
public protocol Network: Layer, SendableMetatype {
  associatedtype Configuration: NetworkConfiguration

  /// The name in recipes and model files, such as `resnet`. It must be unique among generators, and among
  /// discriminators.
  static var name: String { get }
  /// The title in lists for users, such as `ResNet generator (CycleGAN)`; by default, the name.
  static var title: String { get }
  /// The settings that recipes may have, in the order in which they are written.
  static var settings: [Setting<Configuration>] { get }

  /// The names of those settings that decide which sizes of images the network accepts, for messages. None by default.
  static var sizeSettings: [String] { get }

  var configuration: Configuration { get }

  /// Builds the network with weights of 0. Requires `problem(with: configuration)` to be nil.
  init(_ configuration: Configuration)

  /// Why no such network can be built, as a message; nil if it can. It is checked before a configuration from a file is
  /// used. By default, values must be what `settings` allow, and generators' and discriminators' channel counts must be
  /// in 1...1024.
  ///
  /// Everything that determines the number of tensors must be bounded here or by a setting's range.
  static func problem(with configuration: Configuration) -> String?

  /// The name, shape and layout of every tensor in files. By default, a tensor's name is its path in the network, and
  /// its layout is ours; networks with published files should use the names and layouts in those.
  static func tensorKeys(for configuration: Configuration) -> [TensorKey]

  /// A summary for users; by default, the name and the settings.
  static func summary(of configuration: Configuration) -> String

  /// The configuration and the tensors' names, inferred from the names and shapes of a file's tensors; nil if they are
  /// not this network's. By default always nil: the network can then only be read from files that describe themselves.
  static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>?

  /// What the network is that resembles this one in the names and shapes of its tensors, and how it differs; nil if it does
  /// not resemble this one, and by default.
  static func difference(in tensors: TensorShapes) -> String?

  /// The recognised configuration, completed with those settings from the file's own description that tensors cannot
  /// show. By default, the recognised configuration itself.
  static func completing(_ recognized: Configuration, from described: Configuration) -> Configuration

  /// What published files hold beside the network's own tensors. None by default.
  var derivedTensors: [DerivedTensor] { get }

  /// The initialiser for training; by default, normal with a standard deviation of 0.02.
  static func initializer(for configuration: Configuration) -> Initializer

  /// What `guise bench` can time; by default, a generator's default configuration, and nothing for other networks.
  static var benchmarks: [NetworkBenchmark] { get }
}

/// The configuration that a network is built from.
public protocol NetworkConfiguration: Codable, Sendable, Equatable {
  /// The configuration as published.
  init()
}

/// A network recognised in a file: its configuration, and the names that the file gives its tensors.
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
  public static var sizeSettings: [String] { [] }

  public static func problem(with configuration: Configuration) -> String? {
    problemWithSettings(of: configuration)
  }

  /// Why a configuration's values are not what `settings` allow, as a message; nil if they are.
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

  public static func difference(in tensors: TensorShapes) -> String? { nil }

  public static func completing(_ recognized: Configuration, from described: Configuration) -> Configuration {
    recognized
  }

  public var derivedTensors: [DerivedTensor] { [] }

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
