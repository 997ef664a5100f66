/// How a command uses a range of the device's memory.
struct MemoryAccess: Hashable, Sendable {
  enum Mode: Hashable, Sendable { case reads, writes, updates }

  let slot: MemorySlot
  let mode: Mode

  var reads: Bool { mode != .writes }
  var writes: Bool { mode != .reads }
}

/// An entry of the log that tests check for missing barriers.
enum RecordedCommand: Sendable {
  case command(String, [MemoryAccess])
  case barrier
}
