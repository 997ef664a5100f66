import Models

/// Values of recipes as forms show them.
enum SettingValue {
  /// A text without the quotes that YAML needs.
  static func plain(_ text: String) -> String {
    guard text.first == "\"", let items = SettingText.items(of: "[\(text)]"), items.count == 1 else { return text }
    return items[0]
  }
}
