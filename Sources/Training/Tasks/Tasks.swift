import Synchronization

/// Every task that recipes can name.
///
/// A program of one's own adds its tasks before it reads recipes.
public enum Tasks {
  private static let builtIn: [any TrainingProject.Type] = [
    CycleGANProject.self,
    SuperResolutionProject.self,
    PairedProject.self,
    ColorizationProject.self,
  ]

  private static let list = Mutex(builtIn)

  /// The built-in ones, then those added.
  public static var all: [any TrainingProject.Type] { list.withLock { $0 } }

  /// A task takes the place of one that has its name.
  public static func add(_ task: any TrainingProject.Type) {
    list.withLock { list in
      list.removeAll { $0.name == task.name }
      list.append(task)
    }
  }

  public static func named(_ name: String) -> (any TrainingProject.Type)? {
    all.first { $0.name == name }
  }
}
