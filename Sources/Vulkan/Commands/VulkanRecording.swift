import CVulkan
import Kernels

/// Commands with the memory that they use, which nothing else may use as long as they are kept.
///
/// Unchecked: what changes is only touched under the lock of its device.
final class VulkanRecording: DeviceRecording, @unchecked Sendable {
  let owner: VulkanDevice
  let constants: [VulkanBlock]
  /// Nil once its memory was needed for something else.
  private(set) var kept: Kept?

  struct Kept {
    let recorder: CommandRecorder
    /// The blocks that the commands read the inputs from.
    let inputs: [VulkanBlock]
    let outputs: [VulkanBlock]
    /// Blocks that commands use, and places of blocks that no longer exist.
    let blocks: [VulkanBlock]
    let freeSlots: [MemorySlot]
    /// The number of the newest submission; 0 before the first.
    var submission: UInt64 = 0
  }

  init(_ owner: VulkanDevice, constants: [VulkanBlock], _ kept: Kept) {
    (self.owner, self.constants, self.kept) = (owner, constants, kept)
  }

  func noteSubmission(_ number: UInt64) { kept?.submission = number }

  /// The commands must not be waiting to be carried out.
  func drop() -> Kept? {
    defer { kept = nil }
    return kept
  }

  func isValid(constants: [Buffer]) -> Bool { owner.isValid(self, constants) }
  func results(for inputs: [Buffer]) -> [Buffer]? { owner.results(of: self, inputs) }

  deinit { owner.release(self) }
}
