import Checkpoints
import Pipelines
import Tensors

/// One of a model's settings, for a form.
struct SettingView: Encodable, Sendable {
  enum Kind: String, Encodable, Sendable {
    case number, integer, choice, model
  }

  struct Choice: Encodable, Sendable {
    let value: String
    let label: String
  }

  let name: String
  let label: String
  let meaning: String
  let kind: Kind
  var smallest: Double?
  var largest: Double?
  /// As text; nil leaves the choice to the model.
  var `default`: String?
  var choices: [Choice] = []
  var isAdvanced = false

  /// What was expected instead of a text, in words; nil if it is allowed.
  func problem(with text: String) -> String? {
    switch kind {
    case .integer, .number:
      let number = kind == .integer ? Int(text).map { Double($0) } : Double(text)
      guard let number, number.isFinite, number >= smallest ?? -.infinity, number <= largest ?? .infinity else {
        let noun = kind == .integer ? "a whole number" : "a number"
        let range =
          switch (smallest, largest) {
          case (let smallest?, let largest?): " from \(Self.text(smallest)) to \(Self.text(largest))"
          case (let smallest?, nil): " of at least \(Self.text(smallest))"
          default: ""
          }
        return noun + range
      }
      return nil
    case .choice:
      return choices.contains { $0.value == text } ? nil : choices.map(\.value).joined(separator: ", ")
    case .model:
      return nil
    }
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() ? String(Int(number)) : String(number)
  }
}

extension SettingView {
  /// What a choice between no and yes says of the latter.
  static let yes = "yes"

  private static func choice(_ name: String, _ label: String, meaning: String) -> SettingView {
    SettingView(
      name: name, label: label, meaning: meaning, kind: .choice, default: "no",
      choices: [Choice(value: "no", label: "No"), Choice(value: yes, label: "Yes")], isAdvanced: true)
  }

  /// Those of a model, the most used first.
  static func all(
    of task: ModelTask, scale: Int?, canDenoise: Bool, hasBins: Bool, hasDirections: Bool, devices: [Choice]
  ) -> [SettingView] {
    var settings: [SettingView] = []
    switch task {
    case .upscale:
      settings.append(
        SettingView(
          name: "scale", label: "Scale", meaning: "How many times as large the result is", kind: .number,
          smallest: Upscaler.scales.lowerBound, largest: Upscaler.scales.upperBound, default: scale.map(String.init)))
      if canDenoise {
        settings.append(
          SettingView(
            name: "denoise", label: "Noise removal", meaning: "How much noise and grain to remove; more is softer",
            kind: .number, smallest: 0, largest: 1, default: "0"))
      }
      settings += [
        choice(
          "ensemble", "All orientations",
          meaning: "The mean of what the model makes of eight mirrored and turned forms: better, eight times as slow"),
        choice("wrap", "Repeating texture", meaning: "For textures that repeat: opposite borders fit each other, too"),
      ]
    case .translate:
      if hasDirections {
        settings.append(
          SettingView(
            name: "direction", label: "Direction", meaning: "Which of the file's two translations", kind: .choice,
            default: ModelDescription.Direction.aToB.rawValue,
            choices: [
              Choice(value: ModelDescription.Direction.aToB.rawValue, label: "From A to B"),
              Choice(value: ModelDescription.Direction.bToA.rawValue, label: "From B to A"),
            ]))
      }
      settings.append(
        SettingView(
          name: "size", label: "Size of strokes",
          meaning:
            "The shorter side at which the network sees the photograph: less makes larger strokes; the photograph's own "
            + "if empty", kind: .integer, smallest: 1, largest: 65535))
      settings.append(
        SettingView(
          name: "then", label: "Enlarge by",
          meaning: "The model that brings what was made at that size to the photograph's; its edges, if empty",
          kind: .model,
          isAdvanced: true))
    case .colorize:
      if hasBins {
        settings.append(
          SettingView(
            name: "vivid", label: "Vividness", meaning: "From a calm guess (0) to the liveliest colours (1)",
            kind: .number,
            smallest: 0, largest: 1))
      }
      settings.append(
        SettingView(
          name: "strength", label: "Strength", meaning: "A factor on the colours: 0 is gray", kind: .number,
          smallest: 0,
          largest: 2, default: "1"))
      settings.append(
        SettingView(
          name: "size", label: "Working size",
          meaning: "The shorter side at which the network sees the photograph; chosen by the model if empty",
          kind: .integer,
          smallest: Double(Colorizer.sizes.lowerBound), largest: Double(Colorizer.sizes.upperBound), isAdvanced: true))
    }
    return settings + [
      SettingView(
        name: "format", label: "Format", meaning: "The format of the result", kind: .choice, default: "same",
        choices: OutputFormat.allCases.map {
          Choice(value: $0.rawValue, label: $0 == .same ? "As the photograph" : $0.rawValue.uppercased())
        }),
      SettingView(
        name: "quality", label: "Quality", meaning: "Of JPEG and WebP; WebP's 100 is lossless", kind: .integer,
        smallest: 1,
        largest: 100, default: "95"),
      SettingView(
        name: "metadata", label: "Metadata", meaning: "What the result keeps of the photograph's", kind: .choice,
        default: "keep", choices: JobSettings.policies.map { Choice(value: $0.name, label: $0.label) }, isAdvanced: true
      ),
      SettingView(
        name: "precision", label: "Precision", meaning: "Less exact and faster, on devices that have it", kind: .choice,
        default: Precision.float32.rawValue,
        choices: Precision.allCases.map { Choice(value: $0.rawValue, label: $0.rawValue) }, isAdvanced: true),
      SettingView(
        name: "device", label: "Device", meaning: "What computes", kind: .choice,
        default: DeviceChoice.automatic.description,
        choices: devices, isAdvanced: true),
    ]
  }
}
