/// Limits and heuristics shared by the recognition of several networks.
enum RecognitionLimits {
  /// More upsamplings by 2 than published networks have, but few enough that sizes do not overflow.
  static let upsamplings = 4
  /// The same for the factor of one pixel shuffle.
  private static let factor = 16

  /// The side of square windows among whose pixels there are that many distances, (2 side - 1) squared; nil if none is.
  static func window(ofDistances count: Int) -> Int? {
    (1...64).first { (2 * $0 - 1) * (2 * $0 - 1) == count }
  }

  /// The factor of a pixel shuffle of `channels` that leaves one of the numbers of channels in `remaining`, the first
  /// that is possible; nil if none is.
  static func shuffle(of channels: Int, toChannels remaining: [Int]) -> (factor: Int, channels: Int)? {
    for left in remaining {
      if let factor = (1...factor).first(where: { left * $0 * $0 == channels }) { return (factor, left) }
    }
    return nil
  }
}
