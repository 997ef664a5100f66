import Foundation
import Pipelines
import TestSupport
import Testing

/// Trees of files as /proc and /sys/fs/cgroup have them on machines of several kinds.
struct AvailableMemoryTests {
  private let tree: TemporaryFolder

  private static let unlimited = "9223372036854771712"

  init() throws { tree = try TemporaryFolder() }

  private func add(_ files: [String: String]) throws {
    for (path, text) in files { try tree.add(path, Data((text + "\n").utf8)) }
  }

  private var left: Int? { ControlGroups(root: tree.url).left }

  private func useVersionTwo(group: String, shown: String = "/") throws {
    try add([
      "proc/self/cgroup": "0::\(group)",
      "proc/self/mountinfo": """
      23 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
      31 23 0:28 \(shown) /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate
      """,
    ])
  }

  private func useVersionOne(group: String, shown: String = "/") throws {
    try add([
      "proc/self/cgroup": "12:cpu,cpuacct:/other\n4:memory:\(group)\n1:name=systemd:/\n0::/",
      "proc/self/mountinfo": """
      32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct
      35 31 0:32 \(shown) /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
      41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
      """,
    ])
  }

  @Test func theLeastOfAllGroupsAboveCounts() throws {
    try useVersionTwo(group: "/slurm/job:7/step")
    #expect(left == nil)
    try add([
      "sys/fs/cgroup/slurm/job:7/step/memory.max": "max", "sys/fs/cgroup/slurm/job:7/step/memory.current": "100",
      "sys/fs/cgroup/slurm/job:7/memory.max": "5000", "sys/fs/cgroup/slurm/job:7/memory.current": "1000",
      "sys/fs/cgroup/slurm/memory.max": "90000", "sys/fs/cgroup/slurm/memory.current": "80000",
    ])
    #expect(left == 4000)
    try add(["sys/fs/cgroup/slurm/memory.current": "89000"])  // others have taken the rest
    #expect(left == 1000)
    try add(["sys/fs/cgroup/slurm/job:7/step/memory.high": "600"])
    #expect(left == 500)
    try add(["sys/fs/cgroup/slurm/job:7/step/memory.current": "700"])
    #expect(left == 0)
  }

  /// A group that has read many files is full of what can be given up.
  @Test func cachedFilesAreFree() throws {
    try useVersionTwo(group: "/")
    try add([
      "sys/fs/cgroup/memory.max": "5000", "sys/fs/cgroup/memory.current": "4900",
      "sys/fs/cgroup/memory.stat": "anon 900\nfile 4000\nshmem 0\ninactive_file 3000\nactive_file 1000",
    ])
    #expect(left == 4100)
  }

  @Test func versionOneIsReadToo() throws {
    try useVersionOne(group: "/slurm/uid_1000/job_7")
    let memory = "sys/fs/cgroup/memory"
    try add([
      "\(memory)/slurm/uid_1000/job_7/memory.limit_in_bytes": "9000",
      "\(memory)/slurm/uid_1000/job_7/memory.usage_in_bytes": "3000",
      "\(memory)/slurm/uid_1000/job_7/memory.stat": "inactive_file 7\ntotal_inactive_file 500\ntotal_active_file 250",
      "\(memory)/memory.limit_in_bytes": Self.unlimited, "\(memory)/memory.usage_in_bytes": "1000000",
    ])
    #expect(left == 6750)
    try add([
      "\(memory)/slurm/uid_1000/memory.limit_in_bytes": "8000",
      "\(memory)/slurm/uid_1000/memory.usage_in_bytes": "7000",
    ])
    #expect(left == 1000)
  }

  /// In containers the mount point shows the container's own group, under the machine's path or as "/".
  @Test(arguments: ["/docker/abc", "/docker/abc/inner", "/", "/../other", "/elsewhere"])
  func containersSeeTheirOwnGroupAtTheMountPoint(group: String) throws {
    for version in [1, 2] {
      let files =
        version == 1
        ? ("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes")
        : ("sys/fs/cgroup", "memory.max", "memory.current")
      if version == 1 {
        try useVersionOne(group: group, shown: "/docker/abc")
      } else {
        try useVersionTwo(group: group, shown: "/docker/abc")
      }
      try add(["\(files.0)/\(files.1)": "5000", "\(files.0)/\(files.2)": "1000"])
      #expect(left == 4000)
    }
  }

  @Test func damagedFilesAreNoLimits() throws {
    #expect(left == nil && AvailableMemory.free(root: tree.url) == nil)
    try add(["proc/self/cgroup": "nonsense\n::", "proc/self/mountinfo": "1 2\n- cgroup2\n1 2 3 4 5 - cgroup2"])
    #expect(left == nil)
    try useVersionTwo(group: "/")
    try add(["sys/fs/cgroup/memory.max": "many", "sys/fs/cgroup/memory.current": "1"])
    #expect(left == nil)
  }

  @Test func theMachineOrTheGroupDecides() throws {
    try add(["proc/meminfo": "MemTotal:       1000 kB\nMemAvailable:    500 kB"])
    #expect(AvailableMemory.free(root: tree.url) == 500 << 10)
    try useVersionTwo(group: "/")
    try add(["sys/fs/cgroup/memory.max": "5000", "sys/fs/cgroup/memory.current": "1000"])
    #expect(AvailableMemory.free(root: tree.url) == 4000)
  }
}
