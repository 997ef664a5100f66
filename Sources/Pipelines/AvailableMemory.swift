import Foundation
import Tensors

/// How much memory this process may still take before the system stops it.
public enum AvailableMemory {
  /// In bytes: the machine's, or what the control group leaves of it, with what the process has and does not use; nil
  /// where the system does not say.
  static var bytes: Int? {
    [machine, controlGroup].compactMap { $0 }.min().map { $0 + ArrayMemory.idleBytes }
  }

  /// What computing may take now so that the process takes no more than `limit` bytes, and no more than is free; half of
  /// what is free if there is no limit; nil where the system does not say.
  public static func left(ofLimit limit: Int?) -> Int? {
    guard let limit else { return bytes.map { $0 / 2 } }
    let left = held.map { max(0, limit - $0) } ?? limit
    return min(left, bytes ?? left)
  }

  /// For a person.
  public static func text(_ bytes: Int) -> String {
    bytes < 100_000_000
      ? String(format: "%.0f MB", Double(bytes) / 1e6) : String(format: "%.1f GB", Double(bytes) / 1e9)
  }

  /// What the process has in memory and uses.
  private static var held: Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
    let resident = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return resident.map { max(0, $0 * Int(getpagesize()) - ArrayMemory.idleBytes) }
  }

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
