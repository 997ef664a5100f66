import Tensors

/// The time that one kind of operation takes in a run.
struct ProfileRow: Encodable {
  var operation: String
  var calls: Int
  var seconds: Double
  /// The fraction of the run's time, 0...1.
  var share: Double
  var gigaflopsPerSecond: Double?
  var gigabytesPerSecond: Double?

  /// Operations below this share are combined into one row.
  private static let smallestShare = 0.0005

  /// - Parameters:
  ///   - seconds: the time of all runs together.
  ///   - runs: the number of runs that the profile recorded.
  static func rows(_ profile: Profile, seconds: Double, runs: Int) -> [ProfileRow] {
    let all = profile.entries.map { entry in
      let taken = entry.duration / .seconds(1)
      return ProfileRow(
        operation: entry.operation, calls: entry.calls / runs, seconds: taken / Double(runs), share: taken / seconds,
        gigaflopsPerSecond: rate(entry.cost.flops, taken), gigabytesPerSecond: rate(entry.cost.bytes, taken))
    }
    let small = all.filter { $0.share < smallestShare }
    let rows = all.filter { $0.share >= smallestShare } + (small.isEmpty ? [] : [sum(small)])
    let elsewhere = seconds - all.reduce(0) { $0 + $1.seconds * Double(runs) }
    return rows + [
      ProfileRow(
        operation: "Outside of operations", calls: 0, seconds: elsewhere / Double(runs), share: elsewhere / seconds)
    ]
  }

  private static func rate(_ amount: Int, _ seconds: Double) -> Double? {
    amount > 0 && seconds > 0 ? Double(amount) / seconds / 1e9 : nil
  }

  private static func sum(_ rows: [ProfileRow]) -> ProfileRow {
    rows.reduce(into: ProfileRow(operation: "All others", calls: 0, seconds: 0, share: 0)) {
      $0.calls += $1.calls
      $0.seconds += $1.seconds
      $0.share += $1.share
    }
  }

  static func table(_ rows: [ProfileRow]) -> String {
    TextTable.text(
      header: ["operation, per run", "calls", "ms", "share", "GFLOP/s", "GB/s"],
      rows: rows.map { row in
        [
          row.operation, row.calls > 0 ? String(row.calls) : "", TextTable.number(row.seconds * 1000, digits: 2),
          TextTable.number(row.share * 100, digits: 1) + "%", TextTable.number(row.gigaflopsPerSecond, digits: 1),
          TextTable.number(row.gigabytesPerSecond, digits: 1),
        ]
      })
  }
}
