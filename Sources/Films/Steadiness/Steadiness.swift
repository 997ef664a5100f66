/// How much of a film's results is carried over from frame to frame, along the motion, so that they do not flicker.
public struct Steadiness: Codable, Sendable, Equatable {
  /// From 0 for none to 1.
  public let strength: Double
  public let likeness: Likeness

  /// What results have of the film's own light.
  public enum Likeness: String, Codable, Sendable {
    /// They are pictures of their own, as paintings are.
    case none
    /// They are as light as the film: what is carried over fades with it.
    case light
    /// They have its lightness, pixel by pixel, and only their colours are carried over.
    case lightness
  }

  public static let strengths = 0.0...1.0

  /// Nil if the strength is 0.
  ///
  /// - Parameter strength: one of `strengths`.
  public init?(_ strength: Double, _ likeness: Likeness) {
    precondition(Self.strengths.contains(strength), "\(strength) is no strength from 0 to 1")
    guard strength > 0 else { return nil }
    (self.strength, self.likeness) = (strength, likeness)
  }

  /// The most of a result that comes from the one before.
  var share: Float { 0.8 * Float(strength) }

  /// Frames that are computed before a segment, so that no seam shows: of what was before them, a sixteenth would be left.
  var framesBefore: Int {
    var (count, left) = (0, Float(1))
    while left > 1 / 16 { (count, left) = (count + 1, left * share) }
    return count
  }
}
