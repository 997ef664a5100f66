import Foundation
import Models

/// One key of a task's recipes, in whichever section: reading, checking, suggesting, writing and resuming follow these.
public struct RecipeKey: Sendable {
  /// `section.name`, or a name alone at the top.
  public let path: String
  /// For messages: "expected …".
  public let expectation: String
  /// Whether YAML may hold a list there.
  let isList: Bool
  /// Whether a run may be resumed with another value.
  let mayChange: Bool
  /// Sets the value that the text stands for, and says whether there was one.
  let read: @Sendable (_ text: String, _ recipe: inout Recipe) -> Bool
  /// As in YAML.
  let write: @Sendable (Recipe) -> String
  /// Leaves only the last part of a file's or folder's path.
  let shorten: @Sendable (_ recipe: inout Recipe) -> Void

  init<Value>(_ section: RecipeSection<Value>, _ key: RecipeSection<Value>.Key) {
    let setting = key.setting
    path = "\(section.name).\(setting.name)"
    expectation = setting.expectation
    isList = setting.isList
    mayChange = section.mayChange || key.path != nil
    read = { text, recipe in setting.read(text, &recipe[section]) }
    write = { recipe in setting.write(recipe[section]) }
    shorten = { recipe in
      guard let path = key.path, !recipe[section][keyPath: path].isEmpty else { return }
      recipe[section][keyPath: path] = URL(filePath: recipe[section][keyPath: path]).lastPathComponent
    }
  }

  /// A key at the top.
  init(_ setting: Setting<Recipe>) {
    path = setting.name
    expectation = setting.expectation
    isList = setting.isList
    mayChange = false
    read = setting.read
    write = setting.write
    shorten = { _ in }
  }

  /// The section's name; empty for a key at the top.
  var section: String { path.contains(".") ? String(path.prefix { $0 != "." }) : "" }
  var name: String { path.contains(".") ? String(path.drop { $0 != "." }.dropFirst()) : path }
}
