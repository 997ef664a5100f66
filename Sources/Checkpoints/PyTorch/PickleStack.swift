/// The stack of the pickle machine. A mark begins a group of values; values below the last mark cannot be popped.
struct PickleStack {
  private var values: [PickleValue] = []
  private var marks: [Int] = []

  mutating func push(_ value: PickleValue) {
    values.append(value)
  }

  mutating func mark() {
    marks.append(values.count)
  }

  func top() throws(MalformedFile) -> PickleValue {
    guard let value = values.last, values.count > marks.last ?? 0 else { throw Self.underflow }
    return value
  }

  mutating func pop() throws(MalformedFile) -> PickleValue {
    let value = try top()
    values.removeLast()
    return value
  }

  mutating func pop(count: Int) throws(MalformedFile) -> [PickleValue] {
    guard values.count - count >= marks.last ?? 0 else { throw Self.underflow }
    defer { values.removeLast(count) }
    return Array(values.suffix(count))
  }

  /// Pops the values above the last mark, and the mark.
  mutating func popToMark() throws(MalformedFile) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw Self.underflow }
    defer { values.removeLast(values.count - mark) }
    return Array(values[mark...])
  }

  private static var underflow: MalformedFile {
    MalformedFile("the pickle is damaged: it pops more values than it pushes")
  }
}
