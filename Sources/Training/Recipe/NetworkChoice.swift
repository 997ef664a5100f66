import Layers
import Models

extension Recipe {
  /// Which of several networks is used, and the settings of each.
  ///
  /// A recipe has each setting's name only once: `width` sets the width of every network that has one, whichever is
  /// chosen.
  public struct NetworkChoice: Sendable {
    /// The networks to choose from, each with its settings.
    private var candidates: [NetworkDescription]
    private var chosen = 0
    /// Settings that some candidate accepted and another could not: a problem only if that other one is chosen.
    private var refusals: [Refusal] = []

    private struct Refusal: Sendable, Equatable {
      let network: String
      let setting: String
      let text: String
    }

    /// - Parameter networks: get their default settings; the first one is chosen.
    public init(among networks: [any Network.Type]) {
      candidates = networks.map { NetworkDescription($0) }
    }

    /// The chosen network with its settings; nil if there are no candidates.
    public var network: NetworkDescription? {
      candidates.indices.contains(chosen) ? candidates[chosen] : nil
    }

    /// The chosen network's name, as in YAML; empty if there are no candidates.
    public var name: String { network?.name ?? "" }

    /// Chooses a network and changes its settings:
    ///
    ///     recipe.generator.network.use(UNetGenerator.self) { ($0.width, $0.downsamplings) = (32, 7) }
    ///
    /// The task sets the channels. Training refuses a network that the task does not offer.
    public mutating func use<N: Network>(_ network: N.Type, _ change: (inout N.Configuration) -> Void = { _ in }) {
      var configuration = candidates.lazy.compactMap { $0.configuration(of: network) }.first ?? N.Configuration()
      change(&configuration)
      let description = NetworkDescription(network, configuration)
      refusals.removeAll { $0.network == network.name }
      if let index = candidates.firstIndex(where: { $0.configuration(of: network) != nil }) {
        candidates[index] = description
        chosen = index
      } else {
        chosen = candidates.count
        candidates.append(description)
      }
    }

    /// Chooses a network by name; returns whether there is one of that name.
    public mutating func choose(_ name: String) -> Bool {
      guard let index = candidates.firstIndex(where: { $0.name == name }) else { return false }
      chosen = index
      return true
    }

    /// Sets a setting of all networks that have it; returns whether any of them accepts the value.
    public mutating func set(_ setting: String, to text: String) -> Bool {
      let before = refusals
      var isAccepted = false
      for index in candidates.indices where candidates[index].text(of: setting) != nil {
        refusals.removeAll { $0.network == candidates[index].name && $0.setting == setting }
        if candidates[index].set(setting, to: text) {
          isAccepted = true
        } else {
          refusals.append(Refusal(network: candidates[index].name, setting: setting, text: text))
        }
      }
      if !isAccepted { refusals = before }
      return isAccepted
    }

    /// Sets several settings by name. A value that no network accepts changes nothing.
    public mutating func setAll(_ settings: [String: String]) {
      for (setting, text) in settings { _ = set(setting, to: text) }
    }

    /// A setting as written in YAML: the chosen network's, or else that of the first network that has it.
    public func text(of setting: String) -> String? {
      network?.text(of: setting) ?? candidates.lazy.compactMap { $0.text(of: setting) }.first
    }

    /// The chosen network with the task's channels; nil if it is not a generator.
    func generator(inputChannels: Int, outputChannels: Int) -> NetworkDescription? {
      func adapted<N: GeneratorNetwork>(_ type: N.Type) -> NetworkDescription? {
        guard var configuration = network?.configuration(of: type) else { return nil }
        (configuration.inputChannels, configuration.outputChannels) = (inputChannels, outputChannels)
        return NetworkDescription(type, configuration)
      }
      return (network?.network as? any GeneratorNetwork.Type).flatMap { adapted($0) }
    }

    /// The chosen network for square images of `side` pixels; nil if it is not a discriminator.
    func discriminator(inputChannels: Int, imagesOf side: Int) -> NetworkDescription? {
      func adapted<N: DiscriminatorNetwork>(_ type: N.Type) -> NetworkDescription? {
        guard var configuration = network?.configuration(of: type) else { return nil }
        configuration.inputChannels = inputChannels
        configuration.fit(imagesOf: side)
        return NetworkDescription(type, configuration)
      }
      return (network?.network as? any DiscriminatorNetwork.Type).flatMap { adapted($0) }
    }

    /// The same choice with the chosen network fitted to images, so that `check` knows of them; as it is if that is not for this
    /// network.
    func fitted(_ fit: (NetworkDescription) -> NetworkDescription?) -> NetworkChoice {
      guard let network, let fitted = fit(network) else { return self }
      var choice = self
      choice.candidates[chosen] = fitted
      return choice
    }

    /// Throws if the chosen network cannot have the recipe's settings.
    ///
    /// - Parameter section: the recipe section that holds this choice.
    func check(_ section: String) throws(RecipeProblem) {
      guard let network else { throw RecipeProblem("\(section).network", "there is no network for \(section).network") }
      if let refusal = refusals.first(where: { $0.network == network.name }) {
        let setting = NetworkDescription.settings(of: network.network).first { $0.name == refusal.setting }
        let path = "\(section).\(refusal.setting)"
        throw RecipeProblem(
          path, "\(path) is '\(refusal.text)', expected of \(network.name) \(setting?.expectation ?? "another value")")
      }
      if let problem = network.problem {
        throw RecipeProblem("\(section).network", "\(section).network is \(network.name), but \(problem)")
      }
    }
  }
}

extension Setting {
  /// `network`, and the settings of all `networks`.
  static func settings(of choice: Property<Recipe.NetworkChoice>, among networks: [any Network.Type]) -> [Setting] {
    let settings = networks.map { NetworkDescription.settings(of: $0) }
    let network = Setting(
      name: "network", expectation: SettingText.alternatives(networks.map { $0.name }),
      kind: .choice(networks.map { $0.name }),
      read: { text, value in
        // Code may have chosen another network of the same name.
        if let chosen = value[keyPath: choice].network?.network, chosen.name == text,
          !networks.contains(where: { ObjectIdentifier($0) == ObjectIdentifier(chosen) })
        {
          return false
        }
        return networks.contains { $0.name == text } && value[keyPath: choice].choose(text)
      },
      write: { $0[keyPath: choice].name })
    return [network]
      + merged(settings.map { $0.map(\.name) }).map { name in
        let same = settings.joined().filter { $0.name == name }
        return Setting(
          name: name, expectation: same.first?.expectation ?? "", isList: same.contains(where: \.isList),
          kind: same.first?.kind,
          read: { text, value in value[keyPath: choice].set(name, to: text) },
          write: { $0[keyPath: choice].text(of: name) ?? "" })
      }
  }

  /// Merges lists, keeping the order of each: a new name goes before the next name of its list that is already merged,
  /// or else right after the one before it.
  private static func merged(_ lists: [[String]]) -> [String] {
    var merged: [String] = []
    for list in lists {
      for (index, name) in list.enumerated() where !merged.contains(name) {
        let next = list[index...].firstIndex { merged.contains($0) }.flatMap { merged.firstIndex(of: list[$0]) }
        let last = index > 0 ? merged.firstIndex(of: list[index - 1]) : nil
        merged.insert(name, at: next ?? last.map { $0 + 1 } ?? merged.count)
      }
    }
    return merged
  }
}
