import Foundation
import Tensors

/// How much more memory this process may take before the system kills it.
public enum AvailableMemory {
  /// In bytes: what the machine or the process's control group has left, plus what the process holds but does not use;
  /// nil if the system does not say.
  static var bytes: Int? {
    [machine, controlGroup].compactMap { $0 }.min().map { $0 + ArrayMemory.idleBytes }
  }

  /// What a computation may take so that the process stays within `limit` bytes and within free memory. Without a
  /// limit, half of free memory; nil if the system does not say how much that is.
  public static func left(ofLimit limit: Int?) -> Int? {
    guard let limit else { return bytes.map { $0 / 2 } }
    let left = held.map { max(0, limit - $0) } ?? limit
    return min(left, bytes ?? left)
  }

  /// A number of bytes in MB or GB.
  public static func text(_ bytes: Int) -> String {
    bytes < 100_000_000
      ? String(format: "%.0f MB", Double(bytes) / 1e6) : String(format: "%.1f GB", Double(bytes) / 1e9)
  }

  /// The memory in bytes that the process uses.
  private static var held: Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
    let resident = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return resident.map { max(0, $0 * Int(getpagesize()) - ArrayMemory.idleBytes) }
  }

  /// `MemAvailable` includes caches that the system can reclaim.
  private static var machine: Int? {
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    return line.flatMap { Int($0.split(separator: " ")[1]) }.map { $0 << 10 }
  }

  /// What a control group (version 2) leaves; nil if its limit is "max", that is, none.
  private static var controlGroup: Int? {
    func number(_ name: String) -> Int? {
      let text = try? String(contentsOfFile: "/sys/fs/cgroup/\(name)", encoding: .utf8)
      return text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    guard let limit = number("memory.max"), let used = number("memory.current") else { return nil }
    return max(0, limit - used)
  }
}
