/// Decides before which commands a barrier is needed: where one reads what another before it wrote, or writes what
/// another read or wrote. A barrier orders everything before it with everything after it.
package struct HazardTracker {
  /// Slots read and written since the last barrier.
  private var read: Set<MemorySlot> = []
  private var written: Set<MemorySlot> = []

  package init() {}

  /// Whether a barrier must stand before a command with these accesses; notes that the command comes, and the barrier.
  package mutating func needsBarrier(before accesses: [MemoryAccess]) -> Bool {
    let conflicts = accesses.contains { access in
      written.contains(access.slot) || access.writes && read.contains(access.slot)
    }
    if conflicts { (read, written) = ([], []) }
    for access in accesses {
      if access.reads { read.insert(access.slot) }
      if access.writes { written.insert(access.slot) }
    }
    return conflicts
  }
}
