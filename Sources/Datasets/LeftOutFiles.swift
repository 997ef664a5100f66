import Images

/// How many files of a folder are not read as images, by what they are.
public struct LeftOutFiles: Sendable, Equatable {
  private var counts: [String: Int] = [:]
  private var others = 0

  public init() {}

  /// - Parameter kind: nil for a file of no known kind.
  mutating func add(_ kind: ImageFileKind?) {
    if let kind { counts[kind.name, default: 0] += 1 } else { others += 1 }
  }

  public var count: Int { counts.values.reduce(others, +) }

  /// Such as "13 files left out: 8 camera RAW, 5 video"; nil if there are none.
  public var text: String? {
    guard count > 0 else { return nil }
    let named = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
    let kinds = named + (others > 0 ? ["\(others) of no known kind"] : [])
    return "\(count == 1 ? "1 file" : "\(count) files") left out: \(kinds.joined(separator: ", "))"
  }

  public static func + (first: LeftOutFiles, second: LeftOutFiles) -> LeftOutFiles {
    var sum = first
    sum.counts.merge(second.counts, uniquingKeysWith: +)
    sum.others += second.others
    return sum
  }
}
