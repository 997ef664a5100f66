import Foundation
import Models
import Tensors

extension ModelDescription.Network {
  /// As in a recipe.
  public var name: String {
    switch self {
    case .resnet: "resnet"
    case .unet: "unet"
    case .rrdb: "rrdb"
    case .srvgg: "srvgg"
    case .msrresnet: "msrresnet"
    case .srresnet: "srresnet"
    }
  }

  /// Of the values that the network takes and gives.
  public var valueRange: ValueRange {
    switch self {
    case .resnet, .unet: .signed
    case .rrdb, .srvgg, .msrresnet, .srresnet: .unit
    }
  }

  /// A network that translates images, with weights of 0; nil for one that enlarges them.
  public func makeGenerator() -> (any TranslationNetwork)? {
    switch self {
    case .resnet(let configuration): ResNetGenerator(configuration)
    case .unet(let configuration): UNetGenerator(configuration)
    case .rrdb, .srvgg, .msrresnet, .srresnet: nil
    }
  }

  /// A network that enlarges images, with weights of 0; nil for one that does not enlarge.
  public func makeUpscaler() -> (any UpscalingNetwork)? {
    switch self {
    case .resnet, .unet: nil
    case .rrdb(let configuration): RRDBNet(configuration)
    case .srvgg(let configuration): SRVGGNet(configuration)
    case .msrresnet(let configuration): MSRResNet(configuration)
    case .srresnet(let configuration): SRResNet(configuration)
    }
  }

  /// Whether this is `network`'s description.
  func describes(_ network: some Network) -> Bool {
    switch self {
    case .resnet(let configuration): (network as? ResNetGenerator)?.configuration == configuration
    case .unet(let configuration): (network as? UNetGenerator)?.configuration == configuration
    case .rrdb(let configuration): (network as? RRDBNet)?.configuration == configuration
    case .srvgg(let configuration): (network as? SRVGGNet)?.configuration == configuration
    case .msrresnet(let configuration): (network as? MSRResNet)?.configuration == configuration
    case .srresnet(let configuration): (network as? SRResNet)?.configuration == configuration
    }
  }

  /// This network with those settings of `other` that a file's tensors do not tell.
  func takingUntold(from other: Self) -> Self {
    switch (self, other) {
    case (.resnet(var configuration), .resnet(let other)):
      configuration.atTest = other.atTest
      return .resnet(configuration)
    case (.unet(var configuration), .unet(let other)):
      configuration.dropout = other.dropout
      configuration.atTest = other.atTest
      return .unet(configuration)
    default: return self
    }
  }

  /// - Parameter settings: the configuration as JSON, which says nothing yet of whether such a network can be built.
  init(name: String?, settings: String?) throws(MalformedFile) {
    func configuration<Configuration: Decodable>() throws(MalformedFile) -> Configuration {
      do {
        return try JSONDecoder().decode(Configuration.self, from: Data((settings ?? "").utf8))
      } catch {
        throw MalformedFile("has settings of its network that this program cannot read: \(settings ?? "none")")
      }
    }
    switch name {
    case "resnet": self = .resnet(try configuration())
    case "unet": self = .unet(try configuration())
    case "rrdb": self = .rrdb(try configuration())
    case "srvgg": self = .srvgg(try configuration())
    case "msrresnet": self = .msrresnet(try configuration())
    case "srresnet": self = .srresnet(try configuration())
    default:
      throw MalformedFile(
        "holds the network \(name ?? "of no name"), this program knows resnet, unet, rrdb, srvgg, msrresnet "
          + "and srresnet"
      )
    }
  }

  /// The configuration as JSON.
  func settings() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let settings =
      switch self {
      case .resnet(let configuration): try encoder.encode(configuration)
      case .unet(let configuration): try encoder.encode(configuration)
      case .rrdb(let configuration): try encoder.encode(configuration)
      case .srvgg(let configuration): try encoder.encode(configuration)
      case .msrresnet(let configuration): try encoder.encode(configuration)
      case .srresnet(let configuration): try encoder.encode(configuration)
      }
    return String(decoding: settings, as: UTF8.self)
  }
}
