/// The values that stand for black and white in a network's images.
public enum ValueRange: String, Codable, Sendable, CaseIterable {
  case signed = "-1...1"
  case unit = "0...1"
}
