import CVulkan
import Kernels

/// Where in the device's memory values lie.
struct MemoryPlace {
  let slot: MemorySlot
  let chunk: MemoryChunk
}

/// A block of the device's memory for 32-bit values, given back to the pool with the last reference.
final class VulkanBlock: DeviceBlock {
  let owner: VulkanDevice
  let count: Int
  /// Nil in blocks made after the device failed, which have no values.
  let place: MemoryPlace?

  var device: any Device { owner }
  var isUsable: Bool { place != nil }

  init(_ owner: VulkanDevice, count: Int, _ place: MemoryPlace?) {
    self.owner = owner
    self.count = count
    self.place = place
  }

  func download(into values: UnsafeMutableBufferPointer<Float>) {
    owner.download(self, into: UnsafeMutableRawBufferPointer(values))
  }

  deinit {
    if let place { owner.memory.giveBack(place.slot) }
  }
}
