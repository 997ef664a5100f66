import Foundation

struct BenchResult: Encodable {
  var benchmark: String
  var size: Int
  var batch: Int
  var threads: Int
  var repeats: Int
  var medianSeconds: Double
  var minSeconds: Double
  var peakBytes: Int
  /// Only of several ranks.
  var ranks: RankTimes?
  /// Only if asked for.
  var profile: [ProfileRow]?

  var text: String {
    let (median, minimum) = (String(format: "%.3f", medianSeconds), String(format: "%.3f", minSeconds))
    let together =
      ranks.map { ", ranks: \($0.count), waiting for each other \(Int(($0.waitingShare * 100).rounded()))%" } ?? ""
    return "\(benchmark), \(batch) x \(size)x\(size), \(threads) threads: median \(median) s, minimum \(minimum) s "
      + "of \(repeats), peak memory \(peakBytes >> 20) MiB\(together)"
      + (profile.map { "\n\n\(ProfileRow.table($0))" } ?? "")
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// The process's peak memory in bytes. `getrusage` would start from the parent process's peak.
  static var peakBytes: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
    return (kibibytes ?? 0) << 10
  }
}
