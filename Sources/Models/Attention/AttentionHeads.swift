/// What the settings of networks in groups of attention blocks have in common.
enum AttentionHeads {
  /// Why there are no groups of these depths and heads, as a message; nil if there are.
  static func problem(width: Int, depths: [Int], heads: [Int]) -> String? {
    guard !depths.isEmpty, depths.count == heads.count, depths.count <= 64 else {
      return "it has depths of \(depths.count) groups and heads of \(heads.count), expected as many, at most 64"
    }
    return heads.first { width % $0 != 0 }.map { "its width is \(width), expected a multiple of its \($0) heads" }
  }

  /// "6 groups of 6 blocks".
  static func groups(of depths: [Int]) -> String {
    let blocks = SettingText.alternatives(Set(depths).sorted().map(String.init))
    return "\(SummaryText.counted(depths.count, "group")) of \(blocks) block\(Set(depths) == [1] ? "" : "s")"
  }
}
