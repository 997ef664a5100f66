import Models

extension Setting {
  public static func probability(_ name: String, _ property: Property<Double>) -> Self {
    Self(
      name: name, expectation: "a number from 0 to 1", kind: .number(0, 1),
      read: { text, value in
        guard let number = Double(text), (0...1).contains(number) else { return false }
        value[keyPath: property] = number
        return true
      },
      write: { SettingText.number($0[keyPath: property]) })
  }

  /// `[lowest, highest]`. The task checks the limits.
  public static func range<Bound: LosslessStringConvertible & Comparable & Sendable>(
    _ name: String, _ property: Property<ClosedRange<Bound>>
  ) -> Self {
    Self(
      name: name, expectation: "two numbers, the smaller first, such as [7, 21]",
      isList: true,
      read: { text, value in
        guard let items = SettingText.items(of: text) else { return false }
        let bounds = items.compactMap { Bound($0) }
        guard items.count == 2, bounds.count == 2, bounds[0] <= bounds[1] else { return false }
        value[keyPath: property] = bounds[0]...bounds[1]
        return true
      },
      write: { "[\($0[keyPath: property].lowerBound), \($0[keyPath: property].upperBound)]" })
  }

  /// The same setting, for a value that contains this one.
  func lifted<Whole>(to property: WritableKeyPath<Whole, Value> & Sendable) -> Setting<Whole> {
    Setting<Whole>(
      name: name, expectation: expectation, isList: isList, kind: kind,
      read: { text, whole in self.read(text, &whole[keyPath: property]) },
      write: { whole in self.write(whole[keyPath: property]) })
  }
}
