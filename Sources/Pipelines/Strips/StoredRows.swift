import Tensors

/// Rows that are computed once, from the first on, and kept until they are forgotten.
final class StoredRows: RowSource {
  let size: Size
  let channels: Int
  /// Released, with all that it keeps, once all rows are computed.
  private var source: (any RowSource)?
  private let store: RowStore
  /// Rows to compute at a time.
  private let stripHeight: Int
  /// Of the rows that have been computed and not been forgotten.
  private var places: [RowStore.Place] = []
  private var forgotten = 0

  /// - Parameter workingValues: the most that may be in memory while rows are computed.
  init(_ source: any RowSource, in store: RowStore, workingValues: Int) {
    self.source = source
    self.store = store
    size = source.size
    channels = source.channels
    stripHeight = Strips.height(for: source, workingValues: workingValues)
  }

  deinit { store.free(places[...]) }

  private var computed: Int { forgotten + places.count }

  /// Computes and keeps all rows. `seen` gets them strip by strip.
  func fill(_ seen: (Tensor) -> Void) throws {
    try compute(to: size.height, seen)
  }

  func rows(_ range: Range<Int>, forgetting: Bool) throws -> Tensor {
    if forgetting, range.lowerBound > forgotten { try forget(to: range.lowerBound) }
    try compute(to: range.upperBound) { _ in }
    let kept = places[range.lowerBound - forgotten..<range.upperBound - forgotten]
    return Tensor(try store.read(kept, shape: [1, range.count, size.width, channels]))
  }

  func workingValues(rows: Int) -> Int {
    rows * valuesPerRow + (source?.workingValues(rows: stripHeight) ?? 0)
  }

  private func compute(to end: Int, _ seen: (Tensor) -> Void) throws {
    while computed < end, let source {
      let strip = try source.rows(computed..<min(size.height, computed + stripHeight), forgetting: true)
      seen(strip)
      try places += store.write(strip.value)
      if computed == size.height { self.source = nil }
    }
  }

  private func forget(to row: Int) throws {
    try compute(to: row) { _ in }
    let count = row - forgotten
    store.free(places[..<count])
    places.removeFirst(count)
    forgotten = row
  }
}
