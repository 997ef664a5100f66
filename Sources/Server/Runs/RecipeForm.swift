import Foundation
import Models
import Pipelines
import Training

/// Recipes that come with the program, as forms.
enum RecipeForm {
  struct Summary: Encodable, Sendable {
    let name: String
    let task: String
    let summary: String
  }

  struct Key: Encodable, Sendable {
    let path, section, name, meaning, expectation, kind: String
    var smallest: Double?
    var largest: Double?
    var choices: [String] = []
    let `default`: String
    let value: String
    let isPath: Bool
    let mayChange: Bool
  }

  struct Form: Encodable, Sendable {
    let name: String
    let task: String
    let summary: String
    let keys: [Key]
  }

  static var all: [Summary] {
    BundledFiles.recipes.all.compactMap { file in
      (try? Recipe(contentsOf: file)).map {
        Summary(name: BundledFiles.name(of: file), task: $0.task.name, summary: $0.task.summary)
      }
    }
  }

  /// Throws `Refusal` if there is no such recipe.
  static func file(_ name: String) throws(Refusal) -> URL {
    guard !name.contains("/"), let file = try? BundledFiles.recipes.url(named: name) else {
      throw .missing(
        "there is no recipe '\(name)', expected \(BundledFiles.recipes.all.map(BundledFiles.name).joined(separator: ", "))"
      )
    }
    return file
  }

  static func form(_ name: String) throws -> Form {
    let recipe = try Recipe(contentsOf: file(name))
    let usual = Recipe(recipe.task)
    return Form(
      name: name, task: recipe.task.name, summary: recipe.task.summary,
      keys: recipe.keys.map { key($0, of: recipe, usual) })
  }

  private static func key(_ key: RecipeKey, of recipe: Recipe, _ usual: Recipe) -> Key {
    let (kind, smallest, largest, choices): (String, Double?, Double?, [String]) =
      switch key.kind {
      case .integer(let smallest, let largest): ("integer", smallest, largest, [])
      case .number(let smallest, let largest): ("number", smallest, largest, [])
      case .flag: ("flag", nil, nil, [])
      case .choice(let choices): ("choice", nil, nil, choices)
      case .text: ("text", nil, nil, [])
      case .list: ("list", nil, nil, [])
      }
    return Key(
      path: key.path, section: key.section, name: key.name, meaning: key.meaning, expectation: key.expectation,
      kind: kind,
      smallest: smallest, largest: largest, choices: choices, default: SettingValue.plain(key.write(usual)),
      value: SettingValue.plain(key.write(recipe)),
      isPath: key.isPath, mayChange: key.mayChange)
  }
}
