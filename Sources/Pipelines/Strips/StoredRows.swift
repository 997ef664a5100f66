import Tensors

/// Rows that are computed once, in order, and stored until they are forgotten.
final class StoredRows: RowSource {
  let size: Size
  let channels: Int
  /// Released, with everything that it holds, once all rows are computed.
  private var source: (any RowSource)?
  private let store: RowStore
  /// The number of rows to compute at a time.
  private let stripHeight: Int
  /// The slots of rows that are computed and not forgotten.
  private var slots: [RowStore.Slot] = []
  private var forgotten = 0

  /// - Parameter workingValues: the most values that may be in memory while rows are computed.
  init(_ source: any RowSource, in store: RowStore, workingValues: Int) {
    self.source = source
    self.store = store
    size = source.size
    channels = source.channels
    stripHeight = Strips.height(for: source, workingValues: workingValues)
  }

  deinit { store.free(slots[...]) }

  private var computed: Int { forgotten + slots.count }

  /// Computes and stores all rows, and passes them to `seen` strip by strip.
  func fill(_ seen: (Tensor) -> Void) throws {
    try compute(to: size.height, seen)
  }

  func rows(_ range: Range<Int>, forgetting: Bool) throws -> Tensor {
    if forgetting, range.lowerBound > forgotten { try forget(to: range.lowerBound) }
    try compute(to: range.upperBound) { _ in }
    let kept = slots[range.lowerBound - forgotten..<range.upperBound - forgotten]
    return Tensor(try store.read(kept, shape: [1, range.count, size.width, channels]))
  }

  func workingValues(rows: Int) -> Int {
    rows * valuesPerRow + (source?.workingValues(rows: stripHeight) ?? 0)
  }

  private func compute(to end: Int, _ seen: (Tensor) -> Void) throws {
    while computed < end, let source {
      let strip = try source.rows(computed..<min(size.height, computed + stripHeight), forgetting: true)
      seen(strip)
      try slots += store.write(strip.value)
      if computed == size.height { self.source = nil }
    }
  }

  private func forget(to row: Int) throws {
    try compute(to: row) { _ in }
    let count = row - forgotten
    store.free(slots[..<count])
    slots.removeFirst(count)
    forgotten = row
  }
}
