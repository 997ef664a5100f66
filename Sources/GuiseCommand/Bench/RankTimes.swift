/// How several ranks fared in a benchmark.
struct RankTimes: Codable {
  var count: Int
  /// The share of its time in which the first rank waited for the others or for what they sent, 0...1.
  var waitingShare: Double
}

/// What exchanging gradients would take of a step where each rank has a machine of its own.
///
/// Its assumptions: the gradients go round the ranks in a ring, so that each link carries them nearly twice in either direction
/// at once; a link carries what its makers say, and messages take no time to begin; a rank computes as fast as one alone on
/// this machine; and nothing is computed meanwhile.
struct LinkModel {
  /// In GB a second: 10 Gbit Ethernet, 100 Gbit, 200 Gbit.
  static let links = [1.0, 10, 25]

  /// Bytes of all gradients.
  let gradients: Int
  /// Seconds that a rank computes for a step.
  let computation: Double

  /// The share of a step that is communication, 0...1.
  func share(ranks: Int, link: Double) -> Double {
    let seconds = 2 * Double(ranks - 1) / Double(ranks) * Double(gradients) / (link * 1e9)
    return seconds / (seconds + computation)
  }
}
