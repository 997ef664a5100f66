import Foundation

/// Lists a batch's inputs that have no result, and why, as CSV (RFC 4180).
enum FailureTable {
  static let fileName = "failures.csv"

  static func csv(_ failures: [(input: String, reason: String)]) -> Data {
    let lines = [("file", "reason")] + failures
    return Data(lines.map { "\(field($0.0)),\(field($0.1))\r\n" }.joined().utf8)
  }

  private static func field(_ text: String) -> String {
    text.contains { "\",\r\n\r\n".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }
}
