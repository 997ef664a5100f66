import Testing
import Vulkan

@Suite struct HazardTests {
  private static let first = MemorySlot(chunk: 0, offset: 0, size: 1024)
  private static let second = MemorySlot(chunk: 0, offset: 1024, size: 1024)

  private static func reads(_ slot: MemorySlot) -> MemoryAccess { MemoryAccess(slot: slot, mode: .reads) }
  private static func writes(_ slot: MemorySlot) -> MemoryAccess { MemoryAccess(slot: slot, mode: .writes) }

  @Test func barriersStandWhereMemoryIsShared() {
    var tracker = HazardTracker()
    let commands: [(accesses: [MemoryAccess], needsBarrier: Bool)] = [
      ([Self.writes(Self.first)], false),
      ([Self.writes(Self.second)], false),
      ([Self.reads(Self.first)], true),
      ([Self.reads(Self.first), Self.reads(Self.second)], false),
      ([Self.writes(Self.second)], true),
      ([Self.writes(Self.second)], true),
      ([MemoryAccess(slot: Self.first, mode: .updates)], false),
      ([MemoryAccess(slot: Self.first, mode: .updates)], true),
    ]
    for (index, command) in commands.enumerated() {
      #expect(tracker.needsBarrier(before: command.accesses) == command.needsBarrier, "command \(index)")
    }
  }

  @Test func aMissingBarrierIsFound() {
    let complete: [RecordedCommand] = [
      .command("fill", [Self.writes(Self.first)]), .command("fill", [Self.writes(Self.second)]), .barrier,
      .command("sum", [Self.reads(Self.first), Self.reads(Self.second)]),
    ]
    #expect(HazardCheck.violations(in: complete).isEmpty)
    let lacking = complete.filter { if case .barrier = $0 { false } else { true } }
    #expect(HazardCheck.violations(in: lacking).count == 2)
    // A slot that overlaps another is the same memory.
    let overlapping = MemorySlot(chunk: 0, offset: 512, size: 1024)
    #expect(
      HazardCheck.violations(
        in: [.command("fill", [Self.writes(Self.first)]), .command("sum", [Self.reads(overlapping)])]
      ).count == 1)
  }
}
