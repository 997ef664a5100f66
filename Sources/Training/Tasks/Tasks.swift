import Synchronization

/// Every task that recipes can name.
///
/// Programs that use the library add their own tasks before they read recipes.
public enum Tasks {
  private static let builtIn: [any TrainingProject.Type] = [
    CycleGANProject.self,
    UnpairedProject<ContrastiveTranslation>.self,
    SuperResolutionProject.self,
    PairedProject.self,
    ColorizationProject.self,
    ClassificationProject.self,
    SemiSupervisedProject.self,
    GenerationProject.self,
  ]

  private static let list = Mutex(builtIn)

  /// The built-in ones, then those added.
  public static var all: [any TrainingProject.Type] { list.withLock { $0 } }

  /// Adds a task, which replaces any of the same name.
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
