/// One named value of a network's configuration or a recipe's section: how it is parsed from text and written back, and
/// which values are allowed.
public struct Setting<Value>: Sendable {
  public let name: String
  /// The allowed values, worded to follow "expected" in messages.
  public let expectation: String
  /// Parses the text and sets the value; returns false if the text is not an allowed value.
  public let read: @Sendable (_ text: String, _ value: inout Value) -> Bool
  /// Writes the value as YAML text.
  public let write: @Sendable (Value) -> String
  /// Whether the value may be a list in YAML.
  public let isList: Bool
  /// What a form would ask for.
  public let kind: SettingKind

  /// - Parameter kind: a text, or a list, if nil.
  public init(
    name: String, expectation: String, isList: Bool = false, kind: SettingKind? = nil,
    read: @escaping @Sendable (_ text: String, _ value: inout Value) -> Bool,
    write: @escaping @Sendable (Value) -> String
  ) {
    self.name = name
    self.expectation = expectation
    self.isList = isList
    self.kind = kind ?? (isList ? .list : .text)
    self.read = read
    self.write = write
  }
}

extension Setting {
  public typealias Property<Member> = WritableKeyPath<Value, Member> & Sendable

  public static func integer<Member: FixedWidthInteger & Sendable>(
    _ name: String, _ property: Property<Member>, _ range: ClosedRange<Member>
  ) -> Setting {
    Setting(
      name: name,
      expectation: range.upperBound == .max
        ? "a whole number of at least \(range.lowerBound)"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)",
      kind: .integer(Double(range.lowerBound), range.upperBound == .max ? nil : Double(range.upperBound)),
      read: { text, value in
        guard let number = Member(text), range.contains(number) else { return false }
        value[keyPath: property] = number
        return true
      },
      write: { String($0[keyPath: property]) })
  }

  /// A lower bound of `Double.leastNormalMagnitude` is worded as "above 0".
  public static func number(_ name: String, _ property: Property<Double>, _ range: Range<Double>) -> Setting {
    let isPositive = range.lowerBound == .leastNormalMagnitude
    let lower = isPositive ? "above 0" : "of at least \(SettingText.bound(range.lowerBound))"
    let upper = range.upperBound.isInfinite ? "" : " and below \(SettingText.bound(range.upperBound))"
    return number(
      name, property, expectation: "a number \(lower)\(upper)",
      kind: .number(isPositive ? 0 : range.lowerBound, range.upperBound.isInfinite ? nil : range.upperBound)
    ) { range.contains($0) }
  }

  public static func positive(_ name: String, _ property: Property<Double>) -> Setting {
    number(name, property, Double.leastNormalMagnitude..<Double.infinity)
  }

  /// The weight of a loss: 0 or more.
  public static func weight(_ name: String, _ property: Property<Double>) -> Setting {
    number(name, property, 0..<Double.infinity)
  }

  /// A share: above 0, at most 1.
  public static func share(_ name: String, _ property: Property<Double>) -> Setting {
    number(name, property, expectation: "a number above 0 and up to 1", kind: .number(0, 1)) { $0 > 0 && $0 <= 1 }
  }

  private static func number(
    _ name: String, _ property: Property<Double>, expectation: String, kind: SettingKind,
    where isAllowed: @escaping @Sendable (Double) -> Bool
  ) -> Setting {
    Setting(
      name: name, expectation: expectation, kind: kind,
      read: { text, value in
        guard let number = Double(text), isAllowed(number) else { return false }
        value[keyPath: property] = number
        return true
      },
      write: { SettingText.number($0[keyPath: property]) })
  }

  public static func flag(_ name: String, _ property: Property<Bool>) -> Setting {
    Setting(
      name: name, expectation: "true or false", kind: .flag,
      read: { text, value in
        guard let flag = Bool(text.lowercased()) else { return false }
        value[keyPath: property] = flag
        return true
      },
      write: { String($0[keyPath: property]) })
  }

  public static func text(_ name: String, _ property: Property<String>) -> Setting {
    Setting(
      name: name, expectation: "text",
      read: { text, value in
        value[keyPath: property] = text
        return true
      },
      write: { SettingText.quoted($0[keyPath: property]) })
  }

  /// A list on one line, `[1000, 2000]`.
  public static func integers(_ name: String, _ property: Property<[Int]>, _ range: ClosedRange<Int>) -> Setting {
    list(
      name, property,
      expectation: "a list of whole numbers from \(range.lowerBound) to \(range.upperBound), such as [1000, 2000]",
      item: { Int($0).flatMap { range.contains($0) ? $0 : nil } }, text: { String($0) })
  }

  /// A list of relative weights, numbers in 0.000001...1000000.
  public static func weights(_ name: String, _ property: Property<[Double]>) -> Setting {
    list(
      name, property, expectation: "a list of numbers from 0.000001 to 1000000, such as [1, 0.5]",
      item: { Double($0).flatMap { (0.000001...1_000_000).contains($0) ? $0 : nil } }, text: SettingText.number)
  }

  /// A list of texts, of which those with commas or brackets are in double quotes.
  public static func texts(_ name: String, _ property: Property<[String]>) -> Setting {
    list(
      name, property, expectation: "a list of texts, such as [one, \"two, quoted\"]",
      item: { $0.isEmpty ? nil : $0 }, text: SettingText.quoted)
  }

  private static func list<Item: Sendable>(
    _ name: String, _ property: Property<[Item]>, expectation: String,
    item: @escaping @Sendable (String) -> Item?, text: @escaping @Sendable (Item) -> String
  ) -> Setting {
    Setting(
      name: name, expectation: expectation, isList: true,
      read: { text, value in
        guard let texts = SettingText.items(of: text) else { return false }
        let items = texts.compactMap(item)
        guard items.count == texts.count else { return false }
        value[keyPath: property] = items
        return true
      },
      write: { "[" + $0[keyPath: property].map(text).joined(separator: ", ") + "]" })
  }

  /// - Parameter choices: nil for all cases.
  public static func choice<Member: RawRepresentable & CaseIterable & Equatable & Sendable>(
    _ name: String, _ property: Property<Member>, of choices: [Member]? = nil
  ) -> Setting where Member.RawValue == String {
    let choices = choices ?? Array(Member.allCases)
    return Setting(
      name: name, expectation: SettingText.alternatives(choices.map(\.rawValue)),
      kind: .choice(choices.map(\.rawValue)),
      read: { text, value in
        guard let choice = Member(rawValue: text), choices.contains(choice) else { return false }
        value[keyPath: property] = choice
        return true
      },
      write: { $0[keyPath: property].rawValue })
  }
}
