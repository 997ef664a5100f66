import Synchronization

/// Ends a computation whose result nobody wants any more.
///
/// Kernels cannot throw. Once the computation is abandoned, what `ThreadPool` has not begun is left out, so that it comes to
/// its end at once, with meaningless values: nothing may be made of them, nor of anything that they were kept in.
///
///     let abandonment = Abandonment()
///     let result = abandonment.watch { compute() }     // abandonment.abandon() on another thread
///     if abandonment.isAbandoned { return }
public final class Abandonment: Sendable {
  private let flag = Atomic(false)

  @TaskLocal private static var watching: Abandonment?

  public init() {}

  /// The one that watches the current task's computation; nil if it cannot be abandoned.
  public static var current: Abandonment? { watching }

  /// Whether the current task's computation was abandoned.
  public static var isCurrentAbandoned: Bool { watching?.isAbandoned ?? false }

  public func abandon() { flag.store(true, ordering: .releasing) }

  /// Never becomes false again.
  public var isAbandoned: Bool { flag.load(ordering: .acquiring) }

  /// Calls `body`, whose computations can be abandoned.
  public func watch<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Self.$watching.withValue(self, operation: body)
  }
}
