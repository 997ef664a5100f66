import Synchronization
import Tensors

/// The results of operation checks, for tests that compare two runs bit by bit.
public final class RecordedResults: Sendable {
  @TaskLocal public static var current: RecordedResults?

  private let results = Mutex<[NDArray]>([])

  public init() {}

  public var arrays: [NDArray] { results.withLock { $0 } }

  func add(_ arrays: [NDArray]) { results.withLock { $0 += arrays } }
}
