import Synchronization

/// An opaque handle to 32-bit values, wherever they are stored.
///
/// The values are in the host's memory, in another device's, or in both. A missing copy is made when it is needed, and
/// dropped when the other one is changed.
///
/// A shared buffer must not be changed: `NDArray` copies on write.
package final class Buffer: Sendable {
  package let count: Int

  private struct Copies {
    var host: HostMemory?
    var block: (any DeviceBlock)?
  }

  private let copies: Mutex<Copies>
  /// The packed and transformed copies, if these values are a convolution's weight.
  let preparedWeights = PreparedWeights()

  init(_ memory: HostMemory) {
    count = memory.count
    copies = Mutex(Copies(host: memory))
  }

  /// Values computed by a device other than the host.
  package init(_ block: any DeviceBlock, count: Int) {
    self.count = count
    copies = Mutex(Copies(block: block))
  }

  /// The values in the host's memory, copied there first if necessary. The pointer is valid until the buffer is changed
  /// or freed.
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

  /// The values in the host's memory, for the caller to change: all other copies are dropped.
  var pointerForWriting: UnsafeMutablePointer<Float> {
    preparedWeights.removeAll()
    return copies.withLock { copies in
      let pointer = hostMemory(&copies).pointer
      copies.block = nil
      return pointer
    }
  }
}

/// Access to the values from the host.
extension Buffer {
  /// A buffer in the host's memory that `body` fills.
  package convenience init(count: Int, filledBy body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    let memory = HostMemory(count: count)
    try body(UnsafeMutableBufferPointer(start: memory.pointer, count: count))
    self.init(memory)
  }

  /// Calls `body` with the values, after waiting for the device that computes them.
  package func withHostValues<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(UnsafeBufferPointer(start: pointer, count: count)) }
  }

  /// The caller must hold the only reference to the buffer.
  package func withMutableHostValues<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(self) { try body(UnsafeMutableBufferPointer(start: pointerForWriting, count: count)) }
  }
}

/// Access to the values from devices other than the host.
extension Buffer {
  /// The values in a device's memory, copied there first if necessary.
  package func block(on device: any Device) -> any DeviceBlock {
    copies.withLock { copies in
      if let block = copies.block, block.device === device, block.isUsable || copies.host == nil { return block }
      let memory = hostMemory(&copies)
      let block = device.upload(UnsafeBufferPointer(start: memory.pointer, count: count))
      copies.block = block
      return block
    }
  }

  /// The values in a device's memory, for the caller to change: all other copies are dropped.
  package func blockForWriting(on device: any Device) -> any DeviceBlock {
    let block = block(on: device).forWriting
    preparedWeights.removeAll()
    copies.withLock { $0 = Copies(block: block) }
    return block
  }
}
