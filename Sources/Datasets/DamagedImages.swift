import Images
import Synchronization

/// The images of one data set that cannot be read. Each is told once, and another is drawn in its place: the next one in
/// the folder's order that can be read, so that a sample still depends on the files, the seed and the step alone.
package final class DamagedImages: Sendable {
  private struct State {
    /// The places of items that were found out when they were drawn.
    var places: Set<Int> = []
    var count = 0
    /// The first few, in words.
    var problems: [String] = []
    var notices: [String] = []
  }

  /// Of all images, or of few this many: a folder with more is not what it was meant to be.
  private static let largestShare = 0.1
  private static let fewest = 3
  private static let problemsShown = 3

  private let path: String
  private let total: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - path: where they lie, for messages.
  ///   - total: how many images there are, damaged ones included.
  package init(in path: String, total: Int) {
    self.path = path
    self.total = total
  }

  /// Notes images that were found before any was drawn. Throws `DatasetError` if they are too many.
  ///
  /// - Parameters:
  ///   - problems: for each, its name and what is wrong with it.
  ///   - areTold: whether a line says so.
  package func add(_ problems: [String], areTold: Bool = true) throws(DatasetError) {
    guard !problems.isEmpty else { return }
    try count(problems, notices: areTold ? ["passed over in \(path): \(Self.list(problems, of: problems.count))"] : [])
  }

  private static func list(_ problems: [String], of count: Int) -> String {
    let shown = problems.prefix(problemsShown)
    return (shown + (count > shown.count ? ["and \(count - shown.count) more"] : [])).joined(separator: "; ")
  }

  /// What is read of an item or, where its image cannot be read, of the next that can.
  ///
  /// - Parameters:
  ///   - first: the item's place among `count`.
  ///   - read: is given the place, and throws `ImageError` for what is to be passed over.
  ///
  /// Throws `DatasetError` if too many cannot be read, and what `read` throws besides.
  package func reading<Value>(_ first: Int, of count: Int, _ read: (_ place: Int) throws -> Value) throws -> Value {
    for offset in 0..<count {
      if let value = try passing(over: (first + offset) % count, read) { return value }
    }
    throw state.withLock { tooMany($0) }
  }

  /// What is read of an item; nil where its image cannot be read.
  package func passing<Value>(over place: Int, _ read: (_ place: Int) throws -> Value) throws -> Value? {
    guard !state.withLock({ $0.places.contains(place) }) else { return nil }
    do {
      return try read(place)
    } catch let error as ImageError {
      // Several threads may find it at once.
      guard state.withLock({ $0.places.insert(place).inserted }) else { return nil }
      try self.count(["\(error)"], notices: ["\(error): passed over"])
      return nil
    }
  }

  /// Remarks since the last call, one line each.
  package func newNotices() -> [String] {
    state.withLock { state in
      defer { state.notices = [] }
      return state.notices
    }
  }

  private func count(_ problems: [String], notices: [String]) throws(DatasetError) {
    let error = state.withLock { state -> DatasetError? in
      state.count += problems.count
      state.problems += problems.prefix(max(0, Self.problemsShown - state.problems.count))
      state.notices += notices
      let most = max(Int(Double(total) * Self.largestShare), min(Self.fewest, total / 2))
      return state.count > most ? tooMany(state) : nil
    }
    if let error { throw error }
  }

  private func tooMany(_ state: State) -> DatasetError {
    .tooManyDamaged(
      path: path, damaged: state.count, count: total, problems: Self.list(state.problems, of: state.count))
  }
}
