/// Limits and guesses that several networks are recognised with.
enum RecognitionLimits {
  /// More doublings than anyone trains, few enough that sizes stay numbers.
  static let upsamplings = 4
  /// Likewise of one pixel shuffle.
  private static let factor = 16

  /// The factor by which `channels` shuffle, such that the first possible number of `remaining` channels is left.
  static func shuffle(of channels: Int, toChannels remaining: [Int]) -> (factor: Int, channels: Int)? {
    for left in remaining {
      if let factor = (1...factor).first(where: { left * $0 * $0 == channels }) { return (factor, left) }
    }
    return nil
  }
}
