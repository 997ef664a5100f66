import Foundation
import Models

/// One key of a task's recipes: how it is read, checked, suggested, written and compared when a run is resumed.
public struct RecipeKey: Sendable {
  /// `section.name`, or the name alone of a top-level key.
  public let path: String
  /// For messages: "expected …".
  public let expectation: String
  public let kind: SettingKind
  /// Whether it is the path of a file or folder.
  public let isPath: Bool
  /// Whether YAML may hold a list there.
  let isList: Bool
  /// Whether a run may be resumed with another value.
  public let mayChange: Bool
  /// Sets the value that the text stands for; returns whether the text was valid.
  let read: @Sendable (_ text: String, _ recipe: inout Recipe) -> Bool
  /// The value as written in YAML.
  package let write: @Sendable (Recipe) -> String
  /// Reduces the path of a file or folder to its last component.
  let shorten: @Sendable (_ recipe: inout Recipe) -> Void

  init<Value>(_ section: RecipeSection<Value>, _ key: RecipeSection<Value>.Key) {
    let setting = key.setting
    path = "\(section.name).\(setting.name)"
    expectation = setting.expectation
    kind = setting.kind
    isPath = key.path != nil
    isList = setting.isList
    mayChange = key.mayChange ?? (section.mayChange || key.path != nil)
    read = { text, recipe in setting.read(text, &recipe[section]) }
    write = { recipe in setting.write(recipe[section]) }
    shorten = { recipe in
      guard let path = key.path, !recipe[section][keyPath: path].isEmpty else { return }
      recipe[section][keyPath: path] = URL(filePath: recipe[section][keyPath: path]).lastPathComponent
    }
  }

  /// A top-level key.
  init(_ setting: Setting<Recipe>, mayChange: Bool = false) {
    path = setting.name
    expectation = setting.expectation
    kind = setting.kind
    isPath = false
    isList = setting.isList
    self.mayChange = mayChange
    read = setting.read
    write = setting.write
    shorten = { _ in }
  }

  /// The section's name; empty for a top-level key.
  public var section: String { path.contains(".") ? String(path.prefix { $0 != "." }) : "" }
  public var name: String { path.contains(".") ? String(path.drop { $0 != "." }.dropFirst()) : path }
}
