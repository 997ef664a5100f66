import Foundation
import Models
import Tensors

/// A model file's description of itself, so that using it needs no other settings. It is stored in the `__metadata__`
/// of a safetensors file.
public struct ModelDescription: Sendable, Equatable {
  public enum Direction: String, Sendable, CaseIterable {
    case aToB = "AtoB"
    case bToA = "BtoA"
  }

  /// The task that it was trained for, as in a recipe: `cyclegan`, `paired`, `colorization`, `super-resolution`,
  /// `classification`.
  public var task: String
  /// Which of the two translations of an unpaired task it performs.
  public var direction: Direction?
  public var network: NetworkDescription
  /// The name of the training run.
  public var name: String?
  /// The recipe's YAML text, with every setting as used.
  public var recipe: String?
  public var licence: String?
  /// The names of the classes that it tells apart, in their order; nil if it knows of none.
  public var classes: [String]?
  /// Whether it makes images of captions, whose vectors it takes in the place of classes.
  public var takesCaptions = false
  public var trainingSteps: Int?
  /// The version of the program that wrote the file.
  public var version: String?

  public init(task: String, direction: Direction? = nil, network: NetworkDescription) {
    self.task = task
    self.direction = direction
    self.network = network
  }

  /// The range of the generator's input and output values; nil for other networks.
  public var valueRange: ValueRange? { network.valueRange }

  /// Whether the network maps L to a and b (CIELAB).
  public var isColorization: Bool { task == "colorization" }
}

extension ModelDescription {
  /// The version of the metadata's format; files of any other version are refused.
  private static let formatVersion = "1"
  /// The only conditions that are named in files.
  private static let captions = "captions"

  private enum Key: String {
    case format = "guise.format"
    case task = "guise.task"
    case direction = "guise.direction"
    case network = "guise.network"
    case settings = "guise.settings"
    case valueRange = "guise.values"
    case name = "guise.name"
    case recipe = "guise.recipe"
    case licence = "guise.licence"
    case classes = "guise.classes"
    case conditions = "guise.conditions"
    case trainingSteps = "guise.steps"
    case version = "guise.version"
  }

  static func isPresent(in metadata: [String: String]) -> Bool {
    metadata[Key.format.rawValue] != nil
  }

  init(metadata: [String: String]) throws(MalformedFile) {
    func text(_ key: Key) -> String? { metadata[key.rawValue] }
    guard text(.format) == Self.formatVersion else {
      throw MalformedFile(
        "has version \(text(.format) ?? "0") of the model format, this program reads \(Self.formatVersion); update it")
    }
    guard let task = text(.task) else { throw MalformedFile("lacks its task (\(Key.task.rawValue)) in the metadata") }
    let network = try Self.network(named: text(.network), settings: text(.settings))
    self.init(task: task, network: network)
    if let direction = text(.direction) {
      guard let known = Direction(rawValue: direction) else {
        throw MalformedFile("has the direction \(direction), where AtoB or BtoA was expected")
      }
      self.direction = known
    }
    guard text(.valueRange) == valueRange?.rawValue else {
      throw MalformedFile(
        "has values in \(text(.valueRange) ?? "no range"), where \(valueRange?.rawValue ?? "none") was expected of "
          + network.name)
    }
    name = text(.name)
    recipe = text(.recipe)
    licence = text(.licence)
    classes = try text(.classes).map { (json) throws(MalformedFile) in
      guard let names = try? JSONDecoder().decode([String].self, from: Data(json.utf8)), names.count == network.classes
      else { throw MalformedFile("has class names that are not those of its network: \(json.prefix(80))") }
      return names
    }
    if let conditions = text(.conditions) {
      guard conditions == Self.captions, classes == nil, network.classes ?? 0 > 0 else {
        throw MalformedFile("has conditions that are not those of its network: \(conditions.prefix(80))")
      }
      takesCaptions = true
    }
    trainingSteps = text(.trainingSteps).flatMap { Int($0) }
    version = text(.version)
  }

  /// - Parameter settings: the configuration as JSON. Whether it can be built is not checked here.
  private static func network(
    named name: String?, settings: String?
  ) throws(MalformedFile) -> NetworkDescription {
    guard let network = name.flatMap({ Networks.model(named: $0) }) else {
      throw MalformedFile(
        "holds the network \(name ?? "of no name"), this program knows "
          + SettingText.enumeration(Networks.models.map { $0.name }))
    }
    do {
      return try NetworkDescription(network, json: settings ?? "")
    } catch {
      throw MalformedFile("has settings of its network that this program cannot read: \(settings ?? "none")")
    }
  }

  private static func json(_ names: [String]) throws -> String {
    String(decoding: try JSONEncoder().encode(names), as: UTF8.self)
  }

  func metadata() throws -> [String: String] {
    let values: [(Key, String?)] = [
      (.format, Self.formatVersion), (.task, task), (.direction, direction?.rawValue), (.network, network.name),
      (.settings, try network.json()), (.valueRange, valueRange?.rawValue), (.name, name),
      (.recipe, recipe), (.licence, licence), (.classes, try classes.map(Self.json)),
      (.conditions, takesCaptions ? Self.captions : nil),
      (.trainingSteps, trainingSteps.map { String($0) }), (.version, version),
    ]
    // Tells other readers that the tensors have PyTorch's layout.
    var metadata = ["format": "pt"]
    for (key, value) in values { metadata[key.rawValue] = value }
    return metadata
  }
}
