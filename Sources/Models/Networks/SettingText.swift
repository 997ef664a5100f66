/// How settings' values are written in YAML and in messages.
public enum SettingText {
  /// A number that always has a decimal point, because YAML 1.1 parsers read `2e-05` as a string but `2.0e-05` as a
  /// number.
  public static func number(_ value: Double) -> String {
    let text = String(value)
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// A number in a message: without a point where it is a small whole number.
  static func bound(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e6 ? String(Int(value)) : number(value)
  }

  /// A double-quoted YAML scalar on one line.
  public static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.properties.generalCategory == .control || scalar.value == 0xFEFF || isLineSeparator(scalar):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func isLineSeparator(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0x2028 || scalar.value == 0x2029
  }

  /// "instance or batch", "leastSquares, vanilla or hinge".
  public static func alternatives(_ names: [String]) -> String { listed(names, last: "or") }

  /// "resnet, unet and rrdb".
  public static func enumeration(_ names: [String]) -> String { listed(names, last: "and") }

  private static func listed(_ names: [String], last conjunction: String) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }
}
