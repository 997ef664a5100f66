import Foundation
import Tensors

/// How much more memory this process may take before the system kills it.
public enum AvailableMemory {
  /// In bytes: the least that the machine, the process's control groups and its resource limits leave, plus what the
  /// process holds but does not use, and at most what the current device may take of its own; nil if the system does not
  /// say.
  public static var bytes: Int? { [ofSystem, ComputeDevice.current.memory].compactMap { $0 }.min() }

  private static var ofSystem: Int? { free(root: URL(filePath: "/")).map { $0 + ArrayMemory.idleBytes } }

  /// Without what the process holds but does not use.
  ///
  /// - Parameter root: the folder that stands for "/".
  package static func free(root: URL) -> Int? {
    let status = ProcessStatus(root: root)
    let limits = [(RLIMIT_AS, status?.virtual), (RLIMIT_DATA, status?.data)].compactMap { resource, used -> Int? in
      guard let limit = limit(resource), let used else { return nil }
      return max(0, limit - used)
    }
    return ([machine(root: root), ControlGroups(root: root).left].compactMap { $0 } + limits).min()
  }

  /// What a computation may take so that the process stays within `limit` bytes and within free memory. Without a
  /// limit, half of free memory; nil if the system does not say how much that is.
  public static func left(ofLimit limit: Int?) -> Int? {
    let left = limit.map { limit in held.map { max(0, limit - $0) } ?? limit } ?? ofSystem.map { $0 / 2 }
    return [left, bytes].compactMap { $0 }.min()
  }

  /// A number of bytes in MB or GB.
  public static func text(_ bytes: Int) -> String {
    bytes < 100_000_000
      ? String(format: "%.0f MB", Double(bytes) / 1e6) : String(format: "%.1f GB", Double(bytes) / 1e9)
  }

  /// The memory in bytes that the process uses; nil if the system does not say.
  public static var held: Int? {
    ProcessStatus(root: URL(filePath: "/")).map { max(0, $0.resident - ArrayMemory.idleBytes) }
  }

  /// `MemAvailable` includes caches that the system can reclaim.
  private static func machine(root: URL) -> Int? {
    guard let text = try? String(contentsOf: root.appending(path: "proc/meminfo"), encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    return line.flatMap { Int($0.split(separator: " ")[1]) }.map { $0 << 10 }
  }

  /// The process's own limit of a resource, as `ulimit` sets it; nil if there is none.
  private static func limit(_ resource: __rlimit_resource) -> Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0, limit.rlim_cur < UInt(Int.max) else {
      return nil
    }
    return Int(limit.rlim_cur)
  }
}

/// The memory of this process in bytes.
private struct ProcessStatus {
  /// All of its address space, which `RLIMIT_AS` limits.
  let virtual: Int
  let resident: Int
  /// Heap, private mappings and stacks, most of which `RLIMIT_DATA` limits.
  let data: Int

  /// Nil if the system does not say.
  init?(root: URL) {
    guard let text = try? String(contentsOf: root.appending(path: "proc/self/statm"), encoding: .utf8) else {
      return nil
    }
    let pages = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    guard pages.count >= 6 else { return nil }
    (virtual, resident, data) = (
      pages[0] * Int(getpagesize()), pages[1] * Int(getpagesize()), pages[5] * Int(getpagesize())
    )
  }
}
