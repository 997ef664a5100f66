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

  /// The paths of keys whose different values prevent a run of this recipe from being resumed with the other.
  func obstacles(toResumingWith other: Recipe) -> [String] {
    keys.filter { !$0.mayChange && $0.write(self) != $0.write(other) }.map(\.path)
      // Where these are may change, but not whether there are any: that decides what is trained, and on what.
      + [
        ("encoder.file", \Recipe.encoder.file), ("generator.initial", \.generator.initial),
        ("features.file", \.features.file), ("teacher.file", \.teacher.file), ("teacher.root", \.teacher.root),
        ("validation.features", \.validation.features),
      ].filter { self[keyPath: $0.1].isEmpty != other[keyPath: $0.1].isEmpty }.map(\.0)
  }

  /// The recipe with paths reduced to their last components, for publication.
  var withoutFolders: Recipe {
    var recipe = self
    for key in keys { key.shorten(&recipe) }
    return recipe
  }
}
