extension Recipe {
  /// The whole recipe in YAML, defaults included: `Recipe(yaml:name:)` reads it back equal.
  public var yaml: String {
    var lines: [String] = []
    var section = ""
    for key in keys {
      let parts = key.path.split(separator: ".").map(String.init)
      if parts.count == 2 && parts[0] != section { lines.append("\(parts[0]):") }
      section = parts.count == 2 ? parts[0] : ""
      lines.append((parts.count == 2 ? "  " : "") + "\(parts[parts.count - 1]): \(key.write(self))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The paths of the keys whose values differ, in order.
  func differences(from other: Recipe) -> [String] {
    keys.filter { $0.write(self) != $0.write(other) }.map(\.path)
  }
}
