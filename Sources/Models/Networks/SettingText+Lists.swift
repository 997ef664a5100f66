/// Lists on one line, such as `[1000, 2000]` or `[plain, "with, comma"]`.
extension SettingText {
  /// Items that would not be read back as they are, are quoted.
  public static func list(_ items: [String]) -> String {
    "[" + items.map { isPlain($0.unicodeScalars) ? $0 : quoted($0) }.joined(separator: ", ") + "]"
  }

  /// The items of a list; nil if the text is not one.
  public static func items(of text: String) -> [String]? {
    var rest = text.unicodeScalars[...]
    guard rest.popFirst() == "[", rest.popLast() == "]" else { return nil }
    var items: [String] = []
    while true {
      rest.dropSpaces()
      guard let first = rest.first else { return items }
      guard let item = first == "\"" ? takeQuoted(from: &rest) : takePlain(from: &rest) else { return nil }
      items.append(item)
      guard rest.isEmpty || rest.removeFirst() == "," else { return nil }
    }
  }

  private static func isPlain(_ item: String.UnicodeScalarView) -> Bool {
    guard let first = item.first, let last = item.last else { return false }
    return first != "\"" && first != " " && last != " " && !item.contains { ",[]".unicodeScalars.contains($0) }
  }

  /// What stands before the next comma, without the spaces around it.
  private static func takePlain(from rest: inout Substring.UnicodeScalarView) -> String? {
    let end = rest.firstIndex(of: ",") ?? rest.endIndex
    var item = rest[..<end]
    rest = rest[end...]
    while item.last == " " { item.removeLast() }
    return isPlain(String.UnicodeScalarView(item)) ? String(item) : nil
  }

  /// The text in double quotes, as `quoted` writes it.
  private static func takeQuoted(from rest: inout Substring.UnicodeScalarView) -> String? {
    var item = String.UnicodeScalarView()
    rest.removeFirst()
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\"":
        rest.dropSpaces()
        return String(item)
      case "\\":
        guard let escaped = takeEscaped(from: &rest) else { return nil }
        item.append(escaped)
      default: item.append(scalar)
      }
    }
    return nil
  }

  /// The scalar that an escape sequence stands for, after its backslash.
  private static func takeEscaped(from rest: inout Substring.UnicodeScalarView) -> Unicode.Scalar? {
    switch rest.popFirst() {
    case "n": return "\n"
    case "t": return "\t"
    case "u":
      let digits = rest.prefix(4)
      rest = rest.dropFirst(4)
      return digits.count == 4 ? UInt32(String(digits), radix: 16).flatMap(Unicode.Scalar.init) : nil
    case let scalar where scalar == "\"" || scalar == "\\": return scalar
    default: return nil
    }
  }
}

extension Substring.UnicodeScalarView {
  fileprivate mutating func dropSpaces() { self = drop { $0 == " " } }
}
