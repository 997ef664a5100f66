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
