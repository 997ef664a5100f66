/// How a network's values stand for black and white.
public enum ValueRange: String, Codable, Sendable, CaseIterable {
  case signed = "-1...1"
  case unit = "0...1"
}
