import Foundation
import Models
import Yams

extension Recipe {
  private static let largestFile = 1 << 20

  /// Reads a YAML recipe; `settings`, each `key.path=value`, then replace what it says.
  ///
  /// Throws `RecipeError` for an unreadable file, an unknown key or an unusable value.
  public init(contentsOf url: URL, settings: [String] = []) throws {
    let name = url.lastPathComponent
    let contents: Data
    do {
      let handle = try FileHandle(forReadingFrom: url)
      defer { try? handle.close() }
      contents = try handle.read(upToCount: Self.largestFile + 1) ?? Data()
    } catch {
      let exists = FileManager.default.fileExists(atPath: url.path)
      throw RecipeError(.text(url.relativePath), exists ? "cannot be read" : "there is no such recipe")
    }
    guard contents.count <= Self.largestFile, let text = String(data: contents, encoding: .utf8) else {
      throw RecipeError(.text(url.relativePath), "is not a recipe: expected a small YAML file in UTF-8")
    }
    try self.init(yaml: text, name: name, settings: settings)
  }

  /// - Parameter name: stands for the file in messages.
  public init(yaml: String, name: String, settings: [String] = []) throws {
    var reader = RecipeReader()
    try reader.read(yaml: yaml, name: name, settings: settings)
    for setting in settings { try reader.apply(setting: setting) }
    try reader.recipe.validate { reader.origins[$0] ?? .text(name) }
    self = reader.recipe
  }
}

/// Fills a recipe key by key and remembers where each value came from.
private struct RecipeReader {
  var recipe = Recipe()
  var origins: [String: RecipeError.Origin] = [:]

  /// Of `settings`, only the task is applied here, since it determines the keys and their defaults.
  mutating func read(yaml: String, name: String, settings: [String]) throws {
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch let error as YamlError {
      throw RecipeError(yaml: error, name: name)
    }
    let written = root?.mapping?["task"]?.scalar?.string
    let set = settings.last { $0.hasPrefix("task=") }.map { String($0.dropFirst("task=".count)) }
    if let task = (set ?? written).flatMap(Tasks.named) { recipe = Recipe(task) }
    guard let root, !isEmpty(root) else { return }
    try read(root, section: "") { node in
      .text(node.mark.map { "\(name), line \($0.line)" } ?? name)
    }
  }

  /// `setting` is `key.path=value`.
  mutating func apply(setting: String) throws {
    let origin = RecipeError.Origin.setting(setting)
    guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
      throw RecipeError(origin, "expected key.path=value, such as optimizer.learningRate=0.0001")
    }
    let path = String(setting[..<equals])
    guard let key = recipe.key(path) else {
      if recipe.names(in: "").contains(path) { throw RecipeError(origin, isSection(path)) }
      let parts = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let isInSection = parts.count == 2 && !recipe.names(in: parts[0]).isEmpty
      throw RecipeError(origin, isInSection ? unknownKey(parts[1], section: parts[0]) : unknownKey(path, section: ""))
    }
    try assign(String(setting[setting.index(after: equals)...]), to: key, origin: origin)
  }

  private mutating func read(_ node: Node, section: String, origin: (Node) -> RecipeError.Origin) throws {
    guard let mapping = node.mapping else {
      let holder = section.isEmpty ? "a recipe" : section
      let names = recipe.names(in: section).joined(separator: ", ")
      throw RecipeError(origin(node), "\(holder) holds \(describe(node)), expected keys: \(names)")
    }
    for (nameNode, value) in mapping {
      guard let name = nameNode.scalar?.string else {
        throw RecipeError(origin(nameNode), "a key is \(describe(nameNode)), expected a name")
      }
      let path = section.isEmpty ? name : "\(section).\(name)"
      if let key = recipe.key(path) {
        guard let text = text(of: value, isList: key.isList) else {
          let found = describe(value)
          throw RecipeError(origin(nameNode), "\(path) is \(found), expected \(key.expectation)")
        }
        try assign(text, to: key, origin: origin(value))
      } else if section.isEmpty && !recipe.names(in: name).isEmpty {
        if isEmpty(value) { continue }
        try read(value, section: name, origin: origin)
      } else {
        throw RecipeError(origin(nameNode), unknownKey(name, section: section))
      }
    }
  }

  /// The text of a scalar or, if `isList`, of a list of scalars, `[a, b]`; nil for other nodes.
  private func text(of node: Node, isList: Bool) -> String? {
    if let scalar = node.scalar { return isEmpty(node) ? nil : scalar.string }
    guard isList, let items = node.sequence?.map(\.scalar?.string), !items.contains(nil) else { return nil }
    return SettingText.list(items.compactMap(\.self))
  }

  private mutating func assign(_ text: String, to key: RecipeKey, origin: RecipeError.Origin) throws {
    guard key.read(text, &recipe) else {
      throw RecipeError(origin, "\(key.path) is '\(text)', expected \(key.expectation)")
    }
    origins[key.path] = origin
  }

  private func unknownKey(_ name: String, section: String) -> String {
    let names = recipe.names(in: section)
    let problem = "unknown key '\(name)'" + (section.isEmpty ? "" : " in \(section)")
    let path = section.isEmpty ? name : "\(section).\(name)"
    let others = Tasks.all.filter { task in
      task.keys.contains { $0.path == path || $0.section == path && section.isEmpty }
    }
    if !others.isEmpty {
      let tasks = SettingText.alternatives(others.map { $0.name }.sorted())
      return "\(path) is for the task \(tasks), not for \(recipe.task.name)"
    }
    if let nearest = NearestName.nearest(to: name, in: names) { return "\(problem); did you mean '\(nearest)'?" }
    let elsewhere = recipe.keys.first { $0.path.lowercased().hasSuffix(".\(name.lowercased())") }
    if let elsewhere { return "\(problem); did you mean '\(elsewhere.path)'?" }
    if let nearest = NearestName.nearest(to: name, in: recipe.keys.map(\.path)) {
      return "\(problem); did you mean '\(nearest)'?"
    }
    return "\(problem); the keys there are \(names.joined(separator: ", "))"
  }

  private func isSection(_ name: String) -> String {
    "'\(name)' is a section; its keys are " + recipe.names(in: name).map { "\(name).\($0)" }.joined(separator: ", ")
  }

  private func isEmpty(_ node: Node) -> Bool {
    guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  private func describe(_ node: Node) -> String {
    switch node {
    case .mapping: "a section"
    case .sequence: "a list"
    default: isEmpty(node) ? "empty" : "'\(node.scalar?.string ?? "")'"
    }
  }
}

extension RecipeError {
  init(yaml error: YamlError, name: String) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(.text("\(name), line \(mark.line)"), "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let keys = duplicates.sorted().map { "'\($0)'" }.joined(separator: ", ")
      self.init(.text("\(name), line \(context.mark.line)"), "more than one key \(keys) in one section")
    case .reader(let problem, _, _, _):
      self.init(.text(name), "is not YAML: \(problem)")
    default:
      self.init(.text(name), "is not YAML that could be read")
    }
  }
}
