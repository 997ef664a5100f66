import Synchronization

/// Values of float32's size, wherever a device keeps them: an opaque handle.
///
/// The values lie in the host's memory, in another device's, or in both. Each copy is made from the other when something
/// there needs it, and dropped when the values change.
///
/// Whoever shares a buffer must not change it: `NDArray` copies on write.
package final class Buffer: Sendable {
  package let count: Int

  private struct Copies {
    var host: HostMemory?
    var block: (any DeviceBlock)?
  }

  private let copies: Mutex<Copies>
  /// Of the host's copy, if these are a convolution's weights.
  let preparedWeights = PreparedWeights()

  init(_ memory: HostMemory) {
    count = memory.count
    copies = Mutex(Copies(host: memory))
  }

  /// Values that a device other than the host has worked out.
  package init(_ block: any DeviceBlock, count: Int) {
    self.count = count
    copies = Mutex(Copies(block: block))
  }

  /// The values in the host's memory, copied there first if need be. The memory stays as long as the buffer is not changed.
  var pointer: UnsafeMutablePointer<Float> {
    copies.withLock { hostMemory(&$0).pointer }
  }

  private func hostMemory(_ copies: inout Copies) -> HostMemory {
    if let memory = copies.host { return memory }
    let memory = HostMemory(count: count)
    copies.block?.download(into: UnsafeMutableBufferPointer(start: memory.pointer, count: count))
    copies.host = memory
    return memory
  }

  /// The values in the host's memory, to be changed by the caller: all other copies are dropped.
  var pointerForWriting: UnsafeMutablePointer<Float> {
    preparedWeights.removeAll()
    return copies.withLock { copies in
      let pointer = hostMemory(&copies).pointer
      copies.block = nil
      return pointer
    }
  }
}

/// The host's door, for whoever wants to see values or bring some.
extension Buffer {
  /// A buffer in the host's memory that `body` fills.
  package convenience init(count: Int, filledBy body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    let memory = HostMemory(count: count)
    try body(UnsafeMutableBufferPointer(start: memory.pointer, count: count))
    self.init(memory)
  }

  /// Waits for the device that works the values out.
  package func withHostValues<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(UnsafeBufferPointer(start: pointer, count: count)) }
  }

  /// Only for a buffer that nobody else holds.
  package func withMutableHostValues<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(self) { try body(UnsafeMutableBufferPointer(start: pointerForWriting, count: count)) }
  }
}

/// For devices other than the host.
extension Buffer {
  /// The values in a device's memory, copied there first if need be.
  package func block(on device: any Device) -> any DeviceBlock {
    copies.withLock { copies in
      if let block = copies.block, block.device === device { return block }
      let memory = hostMemory(&copies)
      let block = device.upload(UnsafeBufferPointer(start: memory.pointer, count: count))
      copies.block = block
      return block
    }
  }

  /// The values in a device's memory, to be changed by the caller: all other copies are dropped.
  package func blockForWriting(on device: any Device) -> any DeviceBlock {
    let block = block(on: device)
    preparedWeights.removeAll()
    copies.withLock { $0.host = nil }
    return block
  }
}
