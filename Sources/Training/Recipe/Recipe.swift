import Models

/// All settings of a training run: what it trains, on which images, how, and for how long.
///
/// Read from YAML by `Recipe(contentsOf:)`. Its task determines the sections and their keys; every key has a default, and
/// unknown keys are refused.
public struct Recipe: Sendable {
  public let task: any TrainingProject.Type
  /// Images per step, from each domain.
  public var batch = 1
  /// Determines every random draw of the run.
  public var seed: UInt64 = 1
  /// How many ranks train together, each on batches of its own.
  package var ranks = 1
  /// Images per step, from each domain, in all batches of all ranks.
  package var imagesPerStep: Int { batch * optimizer.accumulate * ranks }
  /// Whether a checkpoint's weights replace those that the networks begin with, so that their files are not needed.
  var isResumed = false

  /// In the order in which they are written.
  public let keys: [RecipeKey]
  private var values: [SectionID: any Sendable] = [:]

  /// With the task's published settings.
  public init(_ task: any TrainingProject.Type = CycleGANProject.self) {
    self.task = task
    keys = Self.keys(of: task)
    task.setDefaults(of: &self)
  }

  /// Sections of one name but other values do not meet.
  private struct SectionID: Hashable, Sendable {
    let name: String
    let type: ObjectIdentifier

    init<Value>(_ section: RecipeSection<Value>) {
      name = section.name
      type = ObjectIdentifier(Value.self)
    }
  }

  /// The value of a section.
  public subscript<Value>(section: RecipeSection<Value>) -> Value {
    get { values[SectionID(section)] as? Value ?? section.initial }
    set { values[SectionID(section)] = newValue }
  }
}

extension Recipe {
  /// A task's keys, and the top-level ones that every task has. Each path occurs once, and the keys of a section are
  /// together.
  static func keys(of task: any TrainingProject.Type) -> [RecipeKey] {
    var sections: [(name: String, keys: [RecipeKey])] = []
    for key in task.keys + RecipeSection.output.keys(.tensorboard) {
      if let index = sections.firstIndex(where: { $0.name == key.section }) {
        guard !sections[index].keys.contains(where: { $0.path == key.path }) else { continue }
        sections[index].keys.append(key)
      } else {
        sections.append((key.section, [key]))
      }
    }
    return [taskKey] + sections.flatMap(\.keys) + [
      RecipeKey(.integer("batch", \.batch, 1...1024), mayChange: true),
      RecipeKey(.integer("seed", \.seed, 0...UInt64.max), mayChange: true),
    ]
  }

  /// Reading this key only checks the name: the task determines the other keys, so it has been read before them.
  private static var taskKey: RecipeKey {
    RecipeKey(
      Setting(
        name: "task", expectation: SettingText.alternatives(Tasks.all.map { $0.name }),
        kind: .choice(Tasks.all.map { $0.name }),
        read: { text, recipe in text == recipe.task.name || Tasks.named(text) != nil }, write: { $0.task.name }))
  }

  func key(_ path: String) -> RecipeKey? {
    keys.first { $0.path == path }
  }

  /// The names directly within a section, or at the top level if `section` is empty: keys and sections, in order.
  func names(in section: String) -> [String] {
    guard section.isEmpty else { return keys.filter { $0.section == section }.map(\.name) }
    return keys.map { $0.section.isEmpty ? $0.name : $0.section }.reduce(into: []) { unique, name in
      if unique.last != name { unique.append(name) }
    }
  }
}

extension Recipe: Equatable {
  /// Recipes are equal if they are written as the same YAML.
  public static func == (left: Recipe, right: Recipe) -> Bool {
    left.yaml == right.yaml
  }
}
