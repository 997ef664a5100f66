import Synchronization

/// A range of a chunk, which one block owns at a time.
package struct MemorySlot: Hashable, Sendable {
  /// The chunk's number in the pool.
  let chunk: Int
  let offset: Int, size: Int

  package init(chunk: Int, offset: Int, size: Int) {
    (self.chunk, self.offset, self.size) = (chunk, offset, size)
  }
}

/// Hands out the device's memory in slots, and keeps freed ones for reuse.
///
/// A slot may be given back and handed out again while commands that use it are still waiting to run: the queue runs
/// them in order, and `HazardTracker` puts barriers between uses of the same memory, whoever owns it.
final class MemoryPool: Sendable {
  /// Larger than this, a block gets a chunk for itself, which can be given back to the driver alone.
  private static let largestShared = 32 << 20
  private static let chunkSize = 256 << 20
  /// The strictest alignment of bindings that Vulkan lets a device ask for.
  private static let alignment = 256

  private struct State {
    var chunks: [Int: Chunk] = [:]
    var nextNumber = 0
    var allocatedBytes = 0
    /// Free slots of shared chunks, by size.
    var free: [Int: [MemorySlot]] = [:]
  }

  private struct Chunk {
    let memory: MemoryChunk
    /// Whether it holds the slots of several blocks.
    let isShared: Bool
    var used = 0
    var liveSlots = 0
  }

  private let device: OpenedDevice
  /// Bytes that the pool may take from the driver.
  let limit: Int
  private let state = Mutex(State())

  init(_ device: OpenedDevice, limit: Int) {
    self.device = device
    self.limit = limit
  }

  /// Bytes taken from the driver.
  var allocatedBytes: Int { state.withLock(\.allocatedBytes) }

  /// A place for at least `bytes`, with undefined contents; nil if no memory is left.
  func take(_ bytes: Int) throws(VulkanError) -> MemoryPlace? {
    let size = Self.sizeClass(bytes)
    let result = state.withLock { state -> Result<MemoryPlace?, VulkanError> in
      Result { () throws(VulkanError) in try self.take(size, &state) }
    }
    return try result.get()
  }

  private func take(_ size: Int, _ state: inout State) throws(VulkanError) -> MemoryPlace? {
    if let slot = state.free[size]?.popLast(), let chunk = state.chunks[slot.chunk] {
      state.chunks[slot.chunk]?.liveSlots += 1
      return MemoryPlace(slot: slot, chunk: chunk.memory)
    }
    if size <= Self.largestShared {
      // In the order of their numbers, so that the same requests get the same slots.
      for (number, chunk) in state.chunks.sorted(by: { $0.key < $1.key })
      where chunk.isShared && chunk.used + size <= chunk.memory.size {
        return place(size, in: number, &state)
      }
    }
    let isShared = size <= Self.largestShared
    let wanted = isShared ? max(size, min(Self.chunkSize, limit / 8)) : size
    for chunkSize in wanted == size ? [size] : [wanted, size] where state.allocatedBytes + chunkSize <= limit {
      guard let memory = try MemoryChunk(device, size: chunkSize, .device) else { continue }
      let number = state.nextNumber
      state.nextNumber += 1
      state.allocatedBytes += chunkSize
      state.chunks[number] = Chunk(memory: memory, isShared: isShared)
      return place(size, in: number, &state)
    }
    return nil
  }

  private func place(_ size: Int, in number: Int, _ state: inout State) -> MemoryPlace? {
    guard var chunk = state.chunks[number] else { return nil }
    let slot = MemorySlot(chunk: number, offset: chunk.used, size: size)
    chunk.used += size
    chunk.liveSlots += 1
    state.chunks[number] = chunk
    return MemoryPlace(slot: slot, chunk: chunk.memory)
  }

  func giveBack(_ slot: MemorySlot) {
    state.withLock { state in
      state.chunks[slot.chunk]?.liveSlots -= 1
      state.free[slot.size, default: []].append(slot)
    }
  }

  /// Takes free slots, so that they are not handed out; false, and none is taken, if one is not free.
  func reserve(_ slots: [MemorySlot]) -> Bool {
    state.withLock { state in
      var free = state.free.mapValues { Set($0) }
      for slot in slots {
        guard free[slot.size]?.remove(slot) != nil else { return false }
      }
      let taken = Set(slots)
      state.free = state.free.mapValues { $0.filter { !taken.contains($0) } }
      for slot in slots { state.chunks[slot.chunk]?.liveSlots += 1 }
      return true
    }
  }

  /// Returns chunks without a live slot to the driver. No command that uses them may be waiting.
  func releaseIdle() {
    state.withLock { state in
      let idle = state.chunks.filter { $0.value.liveSlots == 0 }
      for (number, chunk) in idle {
        state.chunks[number] = nil
        state.allocatedBytes -= chunk.memory.size
      }
      state.free = state.free.mapValues { slots in slots.filter { idle[$0.chunk] == nil } }
    }
  }

  /// Four sizes for each power of two, so that at most a fifth is wasted and freed slots fit again; large ones are only
  /// rounded to the alignment.
  static func sizeClass(_ bytes: Int) -> Int {
    let least = max(bytes, alignment)
    let step =
      least > largestShared ? alignment : max(alignment, (1 << (Int.bitWidth - 1 - least.leadingZeroBitCount)) / 4)
    return (least + step - 1) / step * step
  }
}
