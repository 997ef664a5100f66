extension Recipe {
  /// The whole recipe in YAML, defaults included: `Recipe(yaml:name:)` reads it back equal.
  public var yaml: String {
    var lines: [String] = []
    var section = ""
    for key in keys {
      if !key.section.isEmpty && key.section != section { lines.append("\(key.section):") }
      section = key.section
      lines.append((section.isEmpty ? "" : "  ") + "\(key.name): \(key.write(self))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The recipe with paths reduced to their last components, for publication.
  var withoutFolders: Recipe {
    var recipe = self
    for key in keys { key.shorten(&recipe) }
    return recipe
  }
}
