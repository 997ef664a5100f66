import Synchronization

/// Values that ranks exchange, in memory that stays where it is meanwhile.
///
/// Unchecked: from `begin` to the end of `wait`, the values belong to the collective.
public final class Exchange: @unchecked Sendable {
  public enum Kind: Sendable {
    /// Every value becomes its sum over all ranks.
    case sum
    /// All values become rank 0's.
    case broadcast
    /// Every rank has its values at its own place, and gets the others'.
    case gather
  }

  public let kind: Kind
  private let values: UnsafeMutableBufferPointer<Float>
  private let completed = Atomic<Bool>(false)

  /// With memory that is to be filled.
  public init(_ kind: Kind, count: Int) {
    self.kind = kind
    values = .allocate(capacity: count)
    values.initialize(repeating: 0)
  }

  public convenience init(_ kind: Kind, _ values: [Float]) {
    self.init(kind, count: values.count)
    _ = self.values.update(fromContentsOf: values)
  }

  deinit { values.deallocate() }

  public var count: Int { values.count }

  /// Calls `body` with the values.
  public func withValues<Result>(_ body: (UnsafeMutableBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try body(values)
  }

  /// Whether the exchange has ended; set by the collective.
  public var isComplete: Bool {
    get { completed.load(ordering: .acquiring) }
    set { completed.store(newValue, ordering: .releasing) }
  }
}
