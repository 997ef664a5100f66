/// One setting of a recipe: its path, how its value is read from text and written back, and what it may be.
struct RecipeKey: Sendable {
  /// `section.name`, or a name alone at the top.
  let path: String
  /// For messages: "expected …".
  let expectation: String
  /// Sets the value that the text stands for, and says whether there was one.
  let read: @Sendable (_ text: String, _ recipe: inout Recipe) -> Bool
  /// The value in YAML.
  let write: @Sendable (Recipe) -> String
  /// Whether YAML may hold a list there.
  var isList = false
  /// Those that heed it.
  var tasks = Set(Recipe.Task.allCases)

  func only(_ tasks: Recipe.Task...) -> RecipeKey {
    var key = self
    key.tasks = Set(tasks)
    return key
  }

  func except(_ task: Recipe.Task) -> RecipeKey {
    var key = self
    key.tasks.remove(task)
    return key
  }
}

extension Recipe {
  /// Every key there is, in the order in which a recipe is written: reading, checking, suggesting and writing all follow
  /// this table.
  static let allKeys: [RecipeKey] =
    dataKeys + degradationKeys + networkKeys + objectiveKeys + phaseKeys + runKeys

  private static let dataKeys: [RecipeKey] = [
    .choice("task", \.task),
    .text("data.root", \.data.root),
    .text("data.validation", \.data.validation).only(.superResolution, .colorization),
    .choice("data.direction", \.data.direction).only(.paired),
    .choice("data.degradation", \.data.degradation).only(.superResolution),
    .integer("data.loadSize", \.data.loadSize, 16...8192).except(.superResolution),
    .integer("data.largestLoadSize", \.data.largestLoadSize, 0...8192).except(.superResolution),
    .integer("data.cropSize", \.data.cropSize, 16...8192),
    .flag("data.flip", \.data.flip),
    .flag("data.rotate", \.data.rotate).only(.superResolution),
    .number("data.tones", \.data.tones, 0..<1).only(.colorization),
    .share("data.smallest", \.data.smallest).only(.superResolution),
  ]

  private static let networkKeys: [RecipeKey] = [
    .choice("generator.network", \.generator.network, of: [.resnet, .unet]).except(.superResolution),
    .choice("generator.network", \.generator.network, of: [.srresnet, .msrresnet, .rrdb, .srvgg])
      .only(.superResolution),
    .integer("generator.scale", \.generator.scale, 1...8).only(.superResolution),
    .integer("generator.blocks", \.generator.blocks, 1...64),
    .integer("generator.downsamplings", \.generator.downsamplings, 2...12).except(.superResolution),
    .integer("generator.width", \.generator.width, 1...1024),
    .integer("generator.growth", \.generator.growth, 1...1024).only(.superResolution),
    .choice("generator.norm", \.generator.norm).except(.superResolution),
    .choice("generator.upsampling", \.generator.upsampling).except(.superResolution),
    .choice("generator.upsampling", \.generator.enlargement).only(.superResolution),
    .flag("generator.dropout", \.generator.dropout).except(.superResolution),
    .choice("generator.atTest", \.generator.atTest).except(.superResolution),
    .number("generator.average", \.generator.average, 0..<1),
    .text("generator.initial", \.generator.initial).except(.cyclegan),
    .choice("discriminator.network", \.discriminator.network, of: [.patch, .pixel]).except(.superResolution),
    .choice("discriminator.network", \.discriminator.network, of: [.patch, .vgg, .unet]).only(.superResolution),
    .integer("discriminator.layers", \.discriminator.layers, 1...8),
    .integer("discriminator.width", \.discriminator.width, 1...1024),
    .choice("discriminator.norm", \.discriminator.norm),
  ]

  private static let objectiveKeys: [RecipeKey] = [
    .choice("objective.adversarial", \.objective.adversarial).only(.cyclegan, .paired),
    .weight("objective.l1", \.objective.l1).only(.paired),
    .weight("objective.cycle", \.objective.cycle).only(.cyclegan),
    .weight("objective.identity", \.objective.identity).only(.cyclegan),
    .integer("objective.pool", \.objective.pool, 0...100_000).only(.cyclegan),
  ]

  /// Of the tasks that train in a pixel phase and an adversarial one.
  private static let phaseKeys: [RecipeKey] =
    (pixelPhaseKeys + adversarialPhaseKeys).map { $0.only(.superResolution, .colorization) }

  private static let pixelPhaseKeys: [RecipeKey] = [
    .choice("pixelPhase.loss", \.pixelPhase.loss),
    .integer("pixelPhase.steps", \.pixelPhase.steps, 0...1_000_000_000),
    .positive("pixelPhase.learningRate", \.pixelPhase.rate.learningRate),
    .choice("pixelPhase.decay", \.pixelPhase.rate.decay),
    .integers("pixelPhase.milestones", \.pixelPhase.rate.milestones, 1...1_000_000_000),
    .number("pixelPhase.factor", \.pixelPhase.rate.factor, 0..<1),
  ]

  private static let adversarialPhaseKeys: [RecipeKey] = [
    .choice("adversarialPhase.loss", \.adversarialPhase.loss),
    .weight("adversarialPhase.adversarialWeight", \.adversarialPhase.adversarialWeight),
    .weight("adversarialPhase.featureWeight", \.adversarialPhase.featureWeight),
    .weight("adversarialPhase.pixelWeight", \.adversarialPhase.pixelWeight),
    .integer("adversarialPhase.steps", \.adversarialPhase.steps, 0...1_000_000_000),
    .positive("adversarialPhase.learningRate", \.adversarialPhase.rate.learningRate),
    .choice("adversarialPhase.decay", \.adversarialPhase.rate.decay),
    .integers("adversarialPhase.milestones", \.adversarialPhase.rate.milestones, 1...1_000_000_000),
    .number("adversarialPhase.factor", \.adversarialPhase.rate.factor, 0..<1),
    .choice("features.loss", \.features.loss),
  ]

  private static let runKeys: [RecipeKey] = [
    .text("features.file", \.features.file).only(.superResolution),
    .choice("features.layers", \.features.layers).only(.superResolution),
    .positive("optimizer.learningRate", \.optimizer.learningRate).only(.cyclegan, .paired),
    .number("optimizer.beta1", \.optimizer.beta1, 0..<1),
    .number("optimizer.beta2", \.optimizer.beta2, 0..<1),
    .number("optimizer.weightDecay", \.optimizer.weightDecay, 0..<Double.infinity),
    .number("optimizer.clip", \.optimizer.clip, 0..<Double.infinity),
    .integer("schedule.epochs", \.schedule.epochs, 0...1_000_000).only(.cyclegan, .paired),
    .integer("schedule.decayEpochs", \.schedule.decayEpochs, 0...1_000_000).only(.cyclegan, .paired),
    .integer("schedule.steps", \.schedule.steps, 0...1_000_000_000),
    .flag("memory.recompute", \.memory.recompute),
    .integer("output.checkpointEvery", \.output.checkpointEvery, 1...1_000_000_000),
    .integer("output.sampleEvery", \.output.sampleEvery, 1...1_000_000_000),
    .integer("output.validateEvery", \.output.validateEvery, 1...1_000_000_000).except(.cyclegan),
    .choice("output.weights", \.output.weights),
    .text("output.licence", \.output.licence),
    .integer("batch", \.batch, 1...1024),
    .integer("seed", \.seed, 0...UInt64.max),
  ]

  /// Those that the recipe's task heeds.
  var keys: [RecipeKey] { Self.allKeys.filter { $0.tasks.contains(task) } }

  func key(_ path: String) -> RecipeKey? {
    keys.first { $0.path == path }
  }

  /// The names directly in a section, or at the top where `section` is empty (keys and sections), in order.
  func names(in section: String) -> [String] {
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

  /// Above 0, at most 1.
  static func share(_ path: String, _ property: Property<Double>) -> RecipeKey {
    RecipeKey(
      path: path, expectation: "a number above 0 and up to 1",
      read: { text, recipe in
        guard let value = Double(text), value > 0, value <= 1 else { return false }
        recipe[keyPath: property] = value
        return true
      },
      write: { RecipeText.number($0[keyPath: property]) })
  }

  static func positive(_ path: String, _ property: Property<Double>) -> RecipeKey {
    number(path, property, Double.leastNormalMagnitude..<Double.infinity)
  }

  static func weight(_ path: String, _ property: Property<Double>) -> RecipeKey {
    number(path, property, 0..<Double.infinity)
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

  /// Of a list on one line, `[1000, 2000]`; nil for what is none.
  static func items(of text: String) -> [String]? {
    guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
    return text.dropFirst().dropLast().split(separator: ",").map { $0.filter { $0 != " " } }
  }

  static func integers(_ path: String, _ property: Property<[Int]>, _ range: ClosedRange<Int>) -> RecipeKey {
    RecipeKey(
      path: path,
      expectation: "a list of whole numbers from \(range.lowerBound) to \(range.upperBound), such as [1000, 2000]",
      read: { text, recipe in
        guard let items = items(of: text) else { return false }
        let values = items.compactMap { Int($0) }
        guard values.count == items.count, values.allSatisfy(range.contains) else { return false }
        recipe[keyPath: property] = values
        return true
      },
      write: { "[" + $0[keyPath: property].map(String.init).joined(separator: ", ") + "]" },
      isList: true)
  }

  /// - Parameter values: those that may be chosen; nil for all.
  static func choice<Value: RawRepresentable & CaseIterable & Equatable & Sendable>(
    _ path: String, _ property: Property<Value>, of values: [Value]? = nil
  ) -> RecipeKey where Value.RawValue == String {
    let values = values ?? Array(Value.allCases)
    return RecipeKey(
      path: path,
      expectation: RecipeText.alternatives(values.map(\.rawValue)),
      read: { text, recipe in
        guard let value = Value(rawValue: text), values.contains(value) else { return false }
        recipe[keyPath: property] = value
        return true
      },
      write: { $0[keyPath: property].rawValue })
  }
}
