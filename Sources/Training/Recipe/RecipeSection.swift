import Models

/// A section of recipes, such as `optimizer`, and the type of its value.
///
/// A task lists the keys of a section that it uses (`TrainingProject.keys`):
///
///     struct Blurring: Sendable { var radius = 3, weight = 1.0 }
///     let blurring = RecipeSection("blurring", Blurring())
///     let keys = blurring.keys(.integer("radius", \.radius, 1...9), .weight("weight", \.weight))
///     let radius = recipe[blurring].radius
public struct RecipeSection<Value: Sendable>: Sendable {
  public let name: String
  /// The value in new recipes.
  public let initial: Value
  /// Whether a run may be resumed with other values, which then apply to the remaining steps.
  public let mayChange: Bool

  public init(_ name: String, _ initial: Value, mayChange: Bool = false) {
    self.name = name
    self.initial = initial
    self.mayChange = mayChange
  }

  /// One of the section's keys.
  public struct Key: Sendable {
    let setting: Setting<Value>
    /// Nil unless the setting is the path of a file or folder.
    let path: (WritableKeyPath<Value, String> & Sendable)?
    /// Whether a run may be resumed with another value; as the section says if nil.
    let mayChange: Bool?

    public init(_ setting: Setting<Value>, mayChange: Bool? = nil) {
      self.setting = setting
      self.mayChange = mayChange
      path = nil
    }

    /// The path of a file or folder. Since files move, a run may be resumed with another path. For privacy, model files keep
    /// only its last component.
    public static func path(_ name: String, _ property: WritableKeyPath<Value, String> & Sendable) -> Key {
      Key(setting: .text(name, property), path: property)
    }

    private init(setting: Setting<Value>, path: WritableKeyPath<Value, String> & Sendable) {
      self.setting = setting
      self.path = path
      mayChange = nil
    }
  }

  /// Keys of this section, in the order in which recipes are written.
  public func keys(_ keys: Key...) -> [RecipeKey] {
    keys.map { RecipeKey(self, $0) }
  }

  /// The same for settings that are not paths.
  public func keys(_ settings: Setting<Value>...) -> [RecipeKey] {
    settings.map { RecipeKey(self, Key($0)) }
  }

  public func keys(_ settings: [Setting<Value>]) -> [RecipeKey] {
    settings.map { RecipeKey(self, Key($0)) }
  }
}
