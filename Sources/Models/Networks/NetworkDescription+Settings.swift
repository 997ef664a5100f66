/// Access to settings by name.
extension NetworkDescription {
  /// A network's settings, as settings of its descriptions.
  public static func settings(of network: any Network.Type) -> [Setting<NetworkDescription>] {
    func settings<N: Network>(_ network: N.Type) -> [Setting<NetworkDescription>] {
      N.settings.map { setting in
        Setting<NetworkDescription>(
          name: setting.name, expectation: setting.expectation, isList: setting.isList, kind: setting.kind,
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

  /// Parses the text and sets the value; returns false if there is no such setting or the text is not one of its
  /// values.
  public mutating func set(_ setting: String, to text: String) -> Bool {
    Self.settings(of: network).first { $0.name == setting }?.read(text, &self) ?? false
  }

  /// The value as YAML text; nil if the network has no such setting.
  public func text(of setting: String) -> String? {
    Self.settings(of: network).first { $0.name == setting }?.write(self)
  }
}
