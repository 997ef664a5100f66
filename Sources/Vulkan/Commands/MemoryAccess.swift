/// How a command uses a range of the device's memory.
package struct MemoryAccess: Hashable, Sendable {
  package enum Mode: Hashable, Sendable { case reads, writes, updates }

  package let slot: MemorySlot
  package let mode: Mode

  package init(slot: MemorySlot, mode: Mode) {
    (self.slot, self.mode) = (slot, mode)
  }

  var reads: Bool { mode != .writes }
  var writes: Bool { mode != .reads }
}

/// An entry of the log that tests check for missing barriers.
package enum RecordedCommand: Sendable {
  case command(String, [MemoryAccess])
  case barrier
}
