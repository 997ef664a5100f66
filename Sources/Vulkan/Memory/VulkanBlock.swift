import CVulkan
import Kernels
import Synchronization

/// Where in the device's memory values lie.
struct MemoryPlace {
  let slot: MemorySlot
  let chunk: MemoryChunk

  /// By which shaders find them that do not bind them.
  var address: UInt64 { chunk.address + UInt64(slot.offset) }
}

/// A block of the device's memory, given back to the pool with the last reference.
final class VulkanBlock: DeviceBlock {
  /// How the values are stored.
  enum Format {
    /// 32 bits each.
    case words
    /// Float16 numbers, an even number of them.
    case halves
  }

  /// What was computed from the values for operations that cannot use them as they are; lost when they are changed.
  struct Derived {
    /// The values as float32 numbers.
    var widened: VulkanBlock?
    /// The largest magnitude.
    var largest: VulkanBlock?
  }

  let owner: VulkanDevice
  let count: Int
  let format: Format
  /// Nil in blocks made after the device failed, which have no values.
  let place: MemoryPlace?
  let derived = Mutex(Derived())

  var device: any Device { owner }
  var isUsable: Bool { place != nil }

  init(_ owner: VulkanDevice, count: Int, _ format: Format, _ place: MemoryPlace?) {
    self.owner = owner
    self.count = count
    self.format = format
    self.place = place
  }

  /// Bytes of so many values.
  static func bytes(_ count: Int, _ format: Format) -> Int { max(1, count) * (format == .words ? 4 : 2) }

  var forWriting: any DeviceBlock { owner.words(self) }

  func download(into values: UnsafeMutableBufferPointer<Float>) {
    owner.download(owner.words(self), into: UnsafeMutableRawBufferPointer(values))
  }

  deinit {
    if let place { owner.memory.giveBack(place.slot) }
  }
}
