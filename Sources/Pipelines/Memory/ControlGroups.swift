import Foundation

/// The memory that control groups leave a process. Containers and batch schedulers limit a group, and so all below it:
/// the least that the process's own group and those above it leave counts. Reads both versions.
///
/// https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
package struct ControlGroups {
  private let root: URL

  /// - Parameter root: the folder that stands for "/".
  package init(root: URL) { self.root = root }

  private enum Version {
    case one, two

    /// Files with limits, in bytes; beyond `memory.high` version 2 slows a process down until it stands still.
    var limits: [String] { self == .one ? ["memory.limit_in_bytes"] : ["memory.max", "memory.high"] }
    var usage: String { self == .one ? "memory.usage_in_bytes" : "memory.current" }
    /// Prefix of the figures that include the groups below.
    var total: String { self == .one ? "total_" : "" }
  }

  /// In bytes; nil if no group has a limit. Cached files that the system can give up count as free.
  package var left: Int? {
    groups.flatMap { version, folders in folders.compactMap { left(in: $0, version) } }.min()
  }

  private func left(in folder: String, _ version: Version) -> Int? {
    let limits = version.limits.compactMap { text(folder + "/" + $0).flatMap(Int.init) }
    guard let limit = limits.min(), let used = text(folder + "/" + version.usage).flatMap(Int.init) else { return nil }
    let figures = text(folder + "/memory.stat")?.split(separator: "\n").map { $0.split(separator: " ") } ?? []
    let cached = figures.filter { $0.count == 2 && Self.cacheFigures(version).contains(String($0[0])) }
    return max(0, limit - max(0, used - cached.compactMap { Int($0[1]) }.reduce(0, +)))
  }

  private static func cacheFigures(_ version: Version) -> Set<String> {
    [version.total + "inactive_file", version.total + "active_file"]
  }

  /// The folders of the process's group and of all above it, as far as they are mounted.
  private var groups: [(Version, [String])] {
    let lines = text("/proc/self/cgroup")?.split(separator: "\n") ?? []
    let paths: [(Version, String)] = lines.compactMap { line in
      // The hierarchy's number, its controllers and the group's path, which may contain colons.
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return nil }
      if parts[1].split(separator: ",").contains("memory") { return (.one, String(parts[2])) }
      return parts[0] == "0" && parts[1].isEmpty ? (.two, String(parts[2])) : nil
    }
    let mounts = mounts
    return paths.flatMap { version, path in
      mounts.filter { $0.version == version }.map { (version, Self.folders(of: path, in: $0)) }
    }
  }

  private struct Mount {
    let version: Version
    /// The group that the mount point shows.
    let group: String
    let point: String
  }

  private var mounts: [Mount] {
    (text("/proc/self/mountinfo")?.split(separator: "\n") ?? []).compactMap { line in
      // Options of a variable number end with a hyphen; what follows is the type, the source and the options.
      let fields = line.split(separator: " ")
      guard let hyphen = fields.firstIndex(of: "-"), hyphen >= 5, fields.count > hyphen + 3 else { return nil }
      let version: Version
      switch fields[hyphen + 1] {
      case "cgroup2": version = .two
      case "cgroup" where fields[hyphen + 3].split(separator: ",").contains("memory"): version = .one
      default: return nil
      }
      return Mount(version: version, group: String(fields[3]), point: String(fields[4]))
    }
  }

  /// A group outside what is mounted, as in a container that sees the machine's paths, leaves the mount point itself.
  private static func folders(of path: String, in mount: Mount) -> [String] {
    let (own, shown) = (path.split(separator: "/"), mount.group.split(separator: "/"))
    let below = own.starts(with: shown) && !own.contains("..") ? own.dropFirst(shown.count) : []
    return (0...below.count).map { ([mount.point] + below.prefix($0).map(String.init)).joined(separator: "/") }
  }

  /// A file's text without the white space around it; nil if it cannot be read.
  private func text(_ path: String) -> String? {
    (try? String(contentsOf: root.appending(path: path), encoding: .utf8))?
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
