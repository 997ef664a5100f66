import Foundation
import Yams

extension Recipe {
  private static let largestFile = 1 << 20

  /// Reads a YAML recipe; `settings`, each `key.path=value`, then replace what it says.
  ///
  /// Throws `RecipeError` for an unreadable file, an unknown key or an unusable value.
  public init(contentsOf url: URL, settings: [String] = []) throws {
    let name = url.lastPathComponent
    let contents: Foundation.Data
    do {
      let handle = try FileHandle(forReadingFrom: url)
      defer { try? handle.close() }
      contents = try handle.read(upToCount: Self.largestFile + 1) ?? Foundation.Data()
    } catch {
      let exists = FileManager.default.fileExists(atPath: url.path)
      throw RecipeError(origin: url.relativePath, problem: exists ? "cannot be read" : "there is no such recipe")
    }
    guard contents.count <= Self.largestFile, let text = String(data: contents, encoding: .utf8) else {
      throw RecipeError(origin: url.relativePath, problem: "is not a recipe: expected a small YAML file in UTF-8")
    }
    try self.init(yaml: text, name: name, settings: settings)
  }

  /// - Parameter name: stands for the file in messages.
  public init(yaml: String, name: String, settings: [String] = []) throws {
    var reader = RecipeReader()
    try reader.read(yaml: yaml, name: name, settings: settings)
    for setting in settings { try reader.apply(setting: setting) }
    try reader.recipe.validate { RecipeError(origin: reader.origins[$0] ?? name, problem: $1) }
    self = reader.recipe
  }
}

/// Fills a recipe key by key and remembers where each value came from.
private struct RecipeReader {
  var recipe = Recipe()
  var origins: [String: String] = [:]

  /// The settings come later, but for the task, which decides what keys there are and how they begin.
  mutating func read(yaml: String, name: String, settings: [String]) throws {
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch let error as YamlError {
      throw RecipeError(yaml: error, name: name)
    }
    let written = root?.mapping?["task"]?.scalar?.string
    let set = settings.last { $0.hasPrefix("task=") }.map { String($0.dropFirst("task=".count)) }
    recipe = Recipe((set ?? written).flatMap(Recipe.Task.init) ?? .cyclegan)
    guard let root, !isEmpty(root) else { return }
    try read(root, section: "") { node in
      node.mark.map { "\(name), line \($0.line)" } ?? name
    }
  }

  /// `setting` is `key.path=value`.
  mutating func apply(setting: String) throws {
    let origin = "--set \(setting)"
    guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
      throw RecipeError(origin: origin, problem: "expected key.path=value, such as optimizer.learningRate=0.0001")
    }
    let path = String(setting[..<equals])
    guard let key = recipe.key(path) else {
      if recipe.names(in: "").contains(path) { throw RecipeError(origin: origin, problem: isSection(path)) }
      let parts = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let isInSection = parts.count == 2 && !recipe.names(in: parts[0]).isEmpty
      throw RecipeError(
        origin: origin,
        problem: isInSection ? unknownKey(parts[1], section: parts[0]) : unknownKey(path, section: ""))
    }
    try assign(String(setting[setting.index(after: equals)...]), to: key, origin: origin)
  }

  private mutating func read(_ node: Node, section: String, origin: (Node) -> String) throws {
    guard let mapping = node.mapping else {
      let place = section.isEmpty ? "a recipe" : section
      let names = recipe.names(in: section).joined(separator: ", ")
      throw RecipeError(origin: origin(node), problem: "\(place) holds \(describe(node)), expected keys: \(names)")
    }
    for (nameNode, value) in mapping {
      guard let name = nameNode.scalar?.string else {
        throw RecipeError(origin: origin(nameNode), problem: "a key is \(describe(nameNode)), expected a name")
      }
      let path = section.isEmpty ? name : "\(section).\(name)"
      if let key = recipe.key(path) {
        guard let text = text(of: value, isList: key.isList) else {
          let found = describe(value)
          throw RecipeError(origin: origin(nameNode), problem: "\(path) is \(found), expected \(key.expectation)")
        }
        try assign(text, to: key, origin: origin(value))
      } else if section.isEmpty && !recipe.names(in: name).isEmpty {
        if isEmpty(value) { continue }
        try read(value, section: name, origin: origin)
      } else {
        throw RecipeError(origin: origin(nameNode), problem: unknownKey(name, section: section))
      }
    }
  }

  /// Of a scalar or, where one may be, a list of scalars, `[a, b]`; nil for others.
  private func text(of node: Node, isList: Bool) -> String? {
    if let scalar = node.scalar { return isEmpty(node) ? nil : scalar.string }
    guard isList, let items = node.sequence?.map(\.scalar?.string), !items.contains(nil) else { return nil }
    return "[" + items.compactMap(\.self).joined(separator: ", ") + "]"
  }

  private mutating func assign(_ text: String, to key: RecipeKey, origin: String) throws {
    guard key.read(text, &recipe) else {
      throw RecipeError(origin: origin, problem: "\(key.path) is '\(text)', expected \(key.expectation)")
    }
    origins[key.path] = origin
  }

  private func unknownKey(_ name: String, section: String) -> String {
    let names = recipe.names(in: section)
    let problem = "unknown key '\(name)'" + (section.isEmpty ? "" : " in \(section)")
    let path = section.isEmpty ? name : "\(section).\(name)"
    if let key = Recipe.allKeys.first(where: { $0.path == path || $0.path.hasPrefix("\(path).") }) {
      let tasks = RecipeText.alternatives(key.tasks.map(\.rawValue).sorted())
      return "\(path) is for the task \(tasks), not for \(recipe.task.rawValue)"
    }
    if let nearest = RecipeText.nearest(to: name, in: names) { return "\(problem); did you mean '\(nearest)'?" }
    let elsewhere = recipe.keys.first { $0.path.lowercased().hasSuffix(".\(name.lowercased())") }
    if let elsewhere { return "\(problem); did you mean '\(elsewhere.path)'?" }
    if let nearest = RecipeText.nearest(to: name, in: recipe.keys.map(\.path)) {
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
      self.init(origin: "\(name), line \(mark.line)", problem: "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let keys = duplicates.sorted().map { "'\($0)'" }.joined(separator: ", ")
      self.init(origin: "\(name), line \(context.mark.line)", problem: "more than one key \(keys) in one section")
    case .reader(let problem, _, _, _):
      self.init(origin: name, problem: "is not YAML: \(problem)")
    default:
      self.init(origin: name, problem: "is not YAML that could be read")
    }
  }
}
