/// One setting of a recipe: its path, how its value is read from text and written back, and what it may be.
struct RecipeKey: Sendable {
  /// `section.name`, or a name alone at the top.
  let path: String
  /// For messages: "expected …".
  let expectation: String
  /// Sets the value that the text stands for, and says whether there was one.
  let read: @Sendable (_ text: String, _ recipe: inout Recipe) -> Bool
  /// The value as a YAML scalar.
  let write: @Sendable (Recipe) -> String
}

extension Recipe {
  /// Every key there is, in the order in which a recipe is written: reading, checking, suggesting and writing all follow
  /// this table.
  static let keys: [RecipeKey] = [
    .choice("task", \.task),
    .text("data.root", \.data.root),
    .integer("data.loadSize", \.data.loadSize, 16...8192),
    .integer("data.largestLoadSize", \.data.largestLoadSize, 0...8192),
    .integer("data.cropSize", \.data.cropSize, 16...8192),
    .flag("data.flip", \.data.flip),
    .choice("generator.network", \.generator.network),
    .integer("generator.blocks", \.generator.blocks, 1...64),
    .integer("generator.width", \.generator.width, 1...1024),
    .choice("generator.norm", \.generator.norm),
    .choice("generator.upsampling", \.generator.upsampling),
    .flag("generator.dropout", \.generator.dropout),
    .number("generator.average", \.generator.average, 0..<1),
    .choice("discriminator.network", \.discriminator.network),
    .integer("discriminator.layers", \.discriminator.layers, 1...8),
    .integer("discriminator.width", \.discriminator.width, 1...1024),
    .choice("discriminator.norm", \.discriminator.norm),
    .choice("objective.adversarial", \.objective.adversarial),
    .number("objective.cycle", \.objective.cycle, 0..<Double.infinity),
    .number("objective.identity", \.objective.identity, 0..<Double.infinity),
    .integer("objective.pool", \.objective.pool, 0...100_000),
    .number("optimizer.learningRate", \.optimizer.learningRate, Double.leastNormalMagnitude..<Double.infinity),
    .number("optimizer.beta1", \.optimizer.beta1, 0..<1),
    .number("optimizer.beta2", \.optimizer.beta2, 0..<1),
    .integer("schedule.epochs", \.schedule.epochs, 0...1_000_000),
    .integer("schedule.decayEpochs", \.schedule.decayEpochs, 0...1_000_000),
    .integer("schedule.steps", \.schedule.steps, 0...1_000_000_000),
    .flag("memory.recompute", \.memory.recompute),
    .integer("output.checkpointEvery", \.output.checkpointEvery, 1...1_000_000_000),
    .integer("output.sampleEvery", \.output.sampleEvery, 1...1_000_000_000),
    .choice("output.weights", \.output.weights),
    .text("output.licence", \.output.licence),
    .integer("batch", \.batch, 1...1024),
    .integer("seed", \.seed, 0...UInt64.max),
  ]

  static func key(_ path: String) -> RecipeKey? {
    keys.first { $0.path == path }
  }

  /// The names directly in a section, or at the top where `section` is empty (keys and sections), in order.
  static func names(in section: String) -> [String] {
    let names = keys.compactMap { key -> String? in
      let parts = key.path.split(separator: ".").map(String.init)
      if section.isEmpty { return parts[0] }
      return parts.count == 2 && parts[0] == section ? parts[1] : nil
    }
    return names.reduce(into: []) { unique, name in
      if unique.last != name { unique.append(name) }
    }
  }
}

extension RecipeKey {
  typealias Property<Value> = WritableKeyPath<Recipe, Value> & Sendable

  static func integer<Value: FixedWidthInteger & Sendable>(
    _ path: String, _ property: Property<Value>, _ range: ClosedRange<Value>
  ) -> RecipeKey {
    RecipeKey(
      path: path,
      expectation: range.upperBound == .max
        ? "a whole number of at least \(range.lowerBound)"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)",
      read: { text, recipe in
        guard let value = Value(text), range.contains(value) else { return false }
        recipe[keyPath: property] = value
        return true
      },
      write: { String($0[keyPath: property]) })
  }

  /// A lower bound of the smallest positive number is told as "above 0".
  static func number(_ path: String, _ property: Property<Double>, _ range: Range<Double>) -> RecipeKey {
    let isPositive = range.lowerBound == .leastNormalMagnitude
    let lower = isPositive ? "above 0" : "of at least \(Int(range.lowerBound))"
    let upper = range.upperBound.isInfinite ? "" : " and below \(Int(range.upperBound))"
    return RecipeKey(
      path: path,
      expectation: "a number \(lower)\(upper)",
      read: { text, recipe in
        guard let value = Double(text), range.contains(value) else { return false }
        recipe[keyPath: property] = value
        return true
      },
      write: { RecipeText.number($0[keyPath: property]) })
  }

  static func flag(_ path: String, _ property: Property<Bool>) -> RecipeKey {
    RecipeKey(
      path: path,
      expectation: "true or false",
      read: { text, recipe in
        guard let value = Bool(text.lowercased()) else { return false }
        recipe[keyPath: property] = value
        return true
      },
      write: { String($0[keyPath: property]) })
  }

  static func text(_ path: String, _ property: Property<String>) -> RecipeKey {
    RecipeKey(
      path: path,
      expectation: "text",
      read: { text, recipe in
        recipe[keyPath: property] = text
        return true
      },
      write: { RecipeText.quoted($0[keyPath: property]) })
  }

  static func choice<Value: RawRepresentable & CaseIterable & Sendable>(
    _ path: String, _ property: Property<Value>
  ) -> RecipeKey where Value.RawValue == String {
    RecipeKey(
      path: path,
      expectation: RecipeText.alternatives(Value.allCases.map(\.rawValue)),
      read: { text, recipe in
        guard let value = Value(rawValue: text) else { return false }
        recipe[keyPath: property] = value
        return true
      },
      write: { $0[keyPath: property].rawValue })
  }
}
