import Foundation
import Kernels

/// How much memory this process may still take before the system stops it.
enum AvailableMemory {
  /// In bytes: the machine's, or what the control group leaves of it, with what the process has and does not use; nil
  /// where the system does not say.
  static var bytes: Int? {
    [machine, controlGroup].compactMap { $0 }.min().map { $0 + Buffer.idleBytes }
  }

  /// For a person.
  static func text(_ bytes: Int) -> String { String(format: "%.1f GB", Double(bytes) / 1e9) }

  /// `MemAvailable` counts caches that would be given up.
  private static var machine: Int? {
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    return line.flatMap { Int($0.split(separator: " ")[1]) }.map { $0 << 10 }
  }

  /// Control groups version 2; a limit of "max" is none.
  private static var controlGroup: Int? {
    func number(_ name: String) -> Int? {
      let text = try? String(contentsOfFile: "/sys/fs/cgroup/\(name)", encoding: .utf8)
      return text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    guard let limit = number("memory.max"), let used = number("memory.current") else { return nil }
    return max(0, limit - used)
  }
}
