import Foundation

/// Formats durations for people.
package enum TimeText {
  /// "45 s", "3 min 20 s", "2 h 10 min", "3 d 4 h".
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "a long time" }
    let total = Int(max(0, seconds).rounded())
    switch total {
    case ..<60: return "\(total) s"
    case ..<3600: return "\(total / 60) min \(total % 60) s"
    case ..<86400: return "\(total / 3600) h \(total % 3600 / 60) min"
    default: return "\(total / 86400) d \(total % 86400 / 3600) h"
    }
  }

  /// "0.31 s/step".
  package static func rate(_ secondsPerStep: Double) -> String {
    String(format: secondsPerStep < 0.1 ? "%.3f" : "%.2f", secondsPerStep) + " s/step"
  }
}
