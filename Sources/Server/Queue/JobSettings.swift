import Checkpoints
import Images
import Pipelines
import Tensors

/// A job's settings as the library takes them, read from text.
struct JobSettings: Sendable {
  var scale: Double?
  var denoise = 0.0
  var usesEnsemble = false
  var wrapsAround = false
  /// Of files with a generator for each.
  var direction: ModelDescription.Direction?
  var size: Int?
  /// The id of the model that brings what was translated at a size to the photograph's.
  var then: String?
  var vivid: Double?
  var strength = 1.0
  var format = OutputFormat.same
  var quality = 95
  var precision = Precision.float32
  var device = DeviceChoice.inEnvironment ?? .automatic
  var metadata = ImageMetadata.Policy.everything

  static let policies: [(name: String, label: String, policy: ImageMetadata.Policy)] = [
    ("keep", "Keep all", .everything), ("private", "Without the place where it was taken", .withoutLocation),
    ("strip", "Remove all", .nothing),
  ]

  /// Throws `Refusal` for settings that are none of the model's, and values that are not allowed.
  init(_ texts: [String: String], of model: ModelOnShelf) throws(Refusal) {
    if model.settings.contains(where: { $0.name == "direction" }) { direction = .aToB }
    for (name, text) in texts.sorted(by: { $0.key < $1.key }) where !text.isEmpty {
      guard let setting = model.settings.first(where: { $0.name == name }) else {
        throw .unusable(
          "'\(name)' is no setting of \(model.name), expected \(model.settings.map(\.name).joined(separator: ", "))")
      }
      if let problem = setting.problem(with: text) { throw .unusable("\(name) is '\(text)', expected \(problem)") }
      switch name {
      case "scale": scale = Double(text)
      case "denoise": denoise = Double(text) ?? 0
      case "ensemble": usesEnsemble = text == SettingView.yes
      case "wrap": wrapsAround = text == SettingView.yes
      case "direction": direction = ModelDescription.Direction(rawValue: text)
      case "size": size = Int(text)
      case "then": then = text
      case "vivid": vivid = Double(text)
      case "strength": strength = Double(text) ?? 1
      case "format": format = OutputFormat(rawValue: text) ?? .same
      case "quality": quality = Int(text) ?? 95
      case "precision": precision = Precision(rawValue: text) ?? .float32
      case "device": device = DeviceChoice(text) ?? device
      case "metadata": metadata = Self.policies.first { $0.name == text }?.policy ?? .everything
      default: break
      }
    }
    if then != nil, size == nil {
      throw .unusable("then takes what size has made: give a size, too, or leave then out")
    }
  }
}
