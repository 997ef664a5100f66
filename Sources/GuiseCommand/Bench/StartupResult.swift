import Foundation

struct StartupResult: Encodable {
  struct Start: Encodable {
    /// Empty of starts without one.
    var model: String
    var until: String
    var medianSeconds: Double
    var minSeconds: Double
  }

  var programBytes: Int
  var size: Int
  var repeats: Int
  var starts: [Start]

  var text: String {
    let rows = starts.map { start in
      [
        [start.model, start.until].filter { !$0.isEmpty }.joined(separator: ", "),
        TextTable.number(start.medianSeconds, digits: 3), TextTable.number(start.minSeconds, digits: 3),
      ]
    }
    return "program: \(String(format: "%.1f", Double(programBytes) / 1e6)) MB\n"
      + "seconds from the start, with an image of \(size)x\(size), of \(repeats):\n\n"
      + TextTable.text(header: ["until", "median", "minimum"], rows: rows)
  }
}
