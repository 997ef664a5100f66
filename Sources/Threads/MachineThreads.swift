import Foundation

/// How many threads this process may keep busy.
enum MachineThreads {
  /// The number of processors available to the process, or fewer if its cgroup has a lower CPU quota.
  static let count: Int = {
    let processors = ProcessInfo.processInfo.activeProcessorCount
    guard let granted = processorsGrantedByControlGroup() else { return max(1, processors) }
    return max(1, min(processors, granted))
  }()

  /// Reads `cpu.max` of cgroup v2: "quota period" in microseconds, or "max period".
  private static func processorsGrantedByControlGroup() -> Int? {
    guard let text = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8) else { return nil }
    let fields = text.split(whereSeparator: \.isWhitespace)
    guard fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]), period > 0 else {
      return nil
    }
    return Int((quota / period).rounded(.up))
  }
}
