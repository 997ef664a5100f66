import Foundation

/// Formats numbers for people.
package enum NumberText {
  /// At least three significant digits: "0.0123", "3.21", "1234"; "nan" and "inf" as they are.
  package static func short(_ value: Float) -> String {
    guard value.isFinite else { return "\(value)" }
    let size = abs(value)
    if size == 0 { return "0" }
    if size < 1e-3 || size >= 1e5 { return String(format: "%.2e", value) }
    return String(format: size < 0.1 ? "%.4f" : size < 1 ? "%.3f" : size < 100 ? "%.2f" : "%.0f", value)
  }
}
