/// Finds conflicting commands without a barrier between them in a log, by comparing byte ranges: a check of
/// `HazardTracker` that shares nothing with it, since a driver that computes on the processor hides races.
package enum HazardCheck {
  /// A message for each command that may run beside an earlier one that it conflicts with.
  package static func violations(in log: [RecordedCommand]) -> [String] {
    var violations: [String] = []
    var open: [(name: String, access: MemoryAccess)] = []
    for entry in log {
      guard case .command(let name, let accesses) = entry else {
        open = []
        continue
      }
      for access in accesses {
        for earlier in open where conflict(earlier.access, access) {
          violations.append(
            "\(name) \(access.mode) memory that \(earlier.name) \(earlier.access.mode), without a barrier")
        }
      }
      open += accesses.map { (name, $0) }
    }
    return violations
  }

  private static func conflict(_ first: MemoryAccess, _ second: MemoryAccess) -> Bool {
    guard first.writes || second.writes, first.slot.chunk == second.slot.chunk else { return false }
    return first.slot.offset < second.slot.offset + second.slot.size
      && second.slot.offset < first.slot.offset + first.slot.size
  }
}
