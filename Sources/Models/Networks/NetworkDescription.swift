import Foundation
import Layers
import Tensors

/// A network and its configuration, whichever it is: what model files and recipes hold.
public struct NetworkDescription: Sendable, Equatable {
  /// What a network may take and make, whatever a file says.
  static let channelCounts = 1...1024

  private var described: any Described

  public init<N: Network>(_ network: N.Type, _ configuration: N.Configuration) {
    described = DescribedNetwork<N>(configuration: configuration)
  }

  /// Of the default configuration.
  public init(_ network: any Network.Type) {
    self = Self.ofDefault(network)
  }

  private static func ofDefault<N: Network>(_ network: N.Type) -> NetworkDescription {
    NetworkDescription(network, N.Configuration())
  }

  /// Of one that was built.
  public init(of network: some Network) {
    self.init(type(of: network), network.configuration)
  }

  public static func == (left: NetworkDescription, right: NetworkDescription) -> Bool {
    left.described.isEqual(to: right.described)
  }

  public var network: any Network.Type { described.network }
  public var name: String { network.name }
  /// For a person.
  public var summary: String { described.summary }
  /// Why it cannot be built, in words; nil if it can.
  public var problem: String? { described.problem }
  public var initializer: Initializer { described.initializer }

  /// With all weights 0. Requires `problem` to be nil.
  public func makeNetwork() -> any Network { described.makeNetwork() }

  /// Nil for another network.
  public func configuration<N: Network>(of network: N.Type) -> N.Configuration? {
    (described as? DescribedNetwork<N>)?.configuration
  }

  /// The names and shapes of its tensors. Requires `problem` to be nil.
  public var tensorKeys: [TensorKey] { described.tensorKeys }

  /// What a file's tensors are, if they are this network's, in whatever configuration: with what tensors do not tell from
  /// this description.
  public func recognized(in tensors: TensorShapes) -> (network: NetworkDescription, keys: [TensorKey])? {
    described.recognized(in: tensors)
  }

  /// What a file's tensors are, if they are `network`'s, in whatever configuration.
  public static func recognized(
    _ network: any Network.Type, in tensors: TensorShapes
  ) -> (network: NetworkDescription, keys: [TensorKey])? {
    func recognized<N: Network>(_ network: N.Type) -> (network: NetworkDescription, keys: [TensorKey])? {
      N.recognized(in: tensors).map { (NetworkDescription(network, $0.configuration), $0.keys) }
    }
    return recognized(network)
  }
}

/// Settings by their names.
extension NetworkDescription {
  /// Those of a network, of descriptions of it.
  public static func settings(of network: any Network.Type) -> [Setting<NetworkDescription>] {
    func settings<N: Network>(_ network: N.Type) -> [Setting<NetworkDescription>] {
      N.settings.map { setting in
        Setting<NetworkDescription>(
          name: setting.name, expectation: setting.expectation, isList: setting.isList,
          read: { text, description in
            guard var configuration = description.configuration(of: network), setting.read(text, &configuration) else {
              return false
            }
            description = NetworkDescription(network, configuration)
            return true
          },
          write: { $0.configuration(of: network).map(setting.write) ?? "" })
      }
    }
    return settings(network)
  }

  /// Sets the value that the text stands for, and says whether there is such a setting, and such a value of it.
  public mutating func set(_ setting: String, to text: String) -> Bool {
    Self.settings(of: network).first { $0.name == setting }?.read(text, &self) ?? false
  }

  /// As YAML has it; nil where the network has no such setting.
  public func text(of setting: String) -> String? {
    Self.settings(of: network).first { $0.name == setting }?.write(self)
  }
}

/// The configuration as JSON.
extension NetworkDescription {
  /// Throws `DecodingError` for what is no configuration of the network. That it can be built, `problem` says.
  public init(_ network: any Network.Type, json: String) throws {
    func read<N: Network>(_ network: N.Type) throws -> NetworkDescription {
      NetworkDescription(network, try JSONDecoder().decode(N.Configuration.self, from: Data(json.utf8)))
    }
    self = try read(network)
  }

  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try described.encoded(encoder), as: UTF8.self)
  }
}

/// What only some networks have.
extension NetworkDescription {
  /// A generator in its default configuration, but for its channels.
  public init(_ generator: any GeneratorNetwork.Type, inputChannels: Int, outputChannels: Int) {
    func description<N: GeneratorNetwork>(_ generator: N.Type) -> NetworkDescription {
      var configuration = N.Configuration()
      (configuration.inputChannels, configuration.outputChannels) = (inputChannels, outputChannels)
      return NetworkDescription(generator, configuration)
    }
    self = description(generator)
  }

  /// A discriminator in its default configuration, but for what it judges.
  public init(_ discriminator: any DiscriminatorNetwork.Type, inputChannels: Int, imagesOf side: Int) {
    func description<N: DiscriminatorNetwork>(_ discriminator: N.Type) -> NetworkDescription {
      var configuration = N.Configuration()
      configuration.inputChannels = inputChannels
      configuration.fit(imagesOf: side)
      return NetworkDescription(discriminator, configuration)
    }
    self = description(discriminator)
  }

  /// Of the values that a generator takes and makes; nil for other networks.
  public var valueRange: ValueRange? { (network as? any GeneratorNetwork.Type)?.valueRange }
  /// Of a generator or a discriminator; nil for other networks.
  public var inputChannels: Int? {
    (described.configuration as? any GeneratorConfiguration)?.inputChannels
      ?? (described.configuration as? any DiscriminatorConfiguration)?.inputChannels
  }
  /// Nil for other networks than generators.
  public var outputChannels: Int? { (described.configuration as? any GeneratorConfiguration)?.outputChannels }
  /// How many times a generator enlarges; nil for other networks than those that do.
  public var scale: Int? { (described.configuration as? any UpscalingConfiguration)?.scale }
  /// The scales that the network can have, its other settings as they are; empty for one that does not enlarge.
  public var scales: [Int] {
    func scales<N: UpscalingNetwork>(_ network: N.Type) -> [Int] { configuration(of: network).map(N.scales) ?? [] }
    return (network as? any UpscalingNetwork.Type).map { scales($0) } ?? []
  }
  /// What a generator's input or a discriminator's images must be: multiples of `multiple`, and at least `smallest`.
  public var sizes: (multiple: Int, smallest: Int) {
    func generator<N: GeneratorNetwork>(_ network: N.Type) -> (Int, Int)? {
      configuration(of: network).map { (N.sizeMultiple(of: $0), N.smallestSize(of: $0)) }
    }
    func discriminator<N: DiscriminatorNetwork>(_ network: N.Type) -> (Int, Int)? {
      configuration(of: network).map { (N.sizeMultiple(of: $0), N.smallestSize(of: $0)) }
    }
    if let network = network as? any GeneratorNetwork.Type, let sizes = generator(network) { return sizes }
    if let network = network as? any DiscriminatorNetwork.Type, let sizes = discriminator(network) { return sizes }
    return (1, 1)
  }
  /// Whether the images of a batch see nothing of each other in training; false where that is not known.
  public var keepsImagesApart: Bool {
    func answer<N: GeneratorNetwork>(_ network: N.Type) -> Bool {
      configuration(of: network).map(N.keepsImagesApart) ?? false
    }
    return (network as? any GeneratorNetwork.Type).map { answer($0) } ?? false
  }
  /// What such a generator is used for, as a model file's task; nil for other networks.
  public var usualTask: String? {
    func task<N: GeneratorNetwork>(_ network: N.Type) -> String? { configuration(of: network).map(N.usualTask) }
    return (network as? any GeneratorNetwork.Type).flatMap { task($0) }
  }

  /// With all weights 0; nil for a network that does not keep an image's size. Requires `problem` to be nil.
  public func makeTranslationNetwork() -> (any TranslationNetwork)? {
    network is any TranslationNetwork.Type ? makeNetwork() as? any TranslationNetwork : nil
  }

  /// With all weights 0; nil for a network that does not enlarge images. Requires `problem` to be nil.
  public func makeUpscalingNetwork() -> (any UpscalingNetwork)? {
    network is any UpscalingNetwork.Type ? makeNetwork() as? any UpscalingNetwork : nil
  }

  /// With all weights 0; nil for another network. Requires `problem` to be nil.
  public func makeDiscriminator() -> (any DiscriminatorNetwork)? {
    network is any DiscriminatorNetwork.Type ? makeNetwork() as? any DiscriminatorNetwork : nil
  }
}

/// Hides which network it is.
private protocol Described: Sendable {
  associatedtype Configuration: NetworkConfiguration

  var configuration: Configuration { get }
  var network: any Network.Type { get }
  var summary: String { get }
  var problem: String? { get }
  var initializer: Initializer { get }
  var tensorKeys: [TensorKey] { get }

  func makeNetwork() -> any Network
  func isEqual(to other: any Described) -> Bool
  func encoded(_ encoder: JSONEncoder) throws -> Data
  func recognized(in tensors: TensorShapes) -> (network: NetworkDescription, keys: [TensorKey])?
}

private struct DescribedNetwork<N: Network>: Described {
  let configuration: N.Configuration

  var network: any Network.Type { N.self }
  var summary: String { N.summary(of: configuration) }
  var problem: String? { N.problem(with: configuration) }
  var initializer: Initializer { N.initializer(for: configuration) }
  var tensorKeys: [TensorKey] { N.tensorKeys(for: configuration) }

  func makeNetwork() -> any Network { N(configuration) }

  func isEqual(to other: any Described) -> Bool { (other as? Self)?.configuration == configuration }

  func encoded(_ encoder: JSONEncoder) throws -> Data { try encoder.encode(configuration) }

  func recognized(in tensors: TensorShapes) -> (network: NetworkDescription, keys: [TensorKey])? {
    N.recognized(in: tensors).map {
      (NetworkDescription(N.self, N.completing($0.configuration, from: configuration)), $0.keys)
    }
  }
}
