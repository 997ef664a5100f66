/// The range of pixel values in a network's images, from black to white.
public enum ValueRange: String, Codable, Sendable, CaseIterable {
  case signed = "-1...1"
  case unit = "0...1"
}
