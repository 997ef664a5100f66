/// A block of the host's memory for float32 values, 64-byte aligned, taken from a pool and returned to it with the last
/// reference. It holds buffers' values and kernels' scratch data.
///
/// Unchecked: the pool never hands out a block that is in use, and a block that several owners share is only read.
package final class HostMemory: @unchecked Sendable {
  /// Contents are undefined until written.
  let pointer: UnsafeMutablePointer<Float>
  let count: Int
  private let blockSize: Int

  init(count: Int) {
    precondition(count >= 0, "memory cannot hold \(count) values")
    self.count = count
    (pointer, blockSize) = HostMemoryPool.shared.take(count)
  }

  deinit {
    HostMemoryPool.shared.giveBack(pointer, count, blockSize: blockSize)
  }

  /// Bytes of all blocks in use, rounded up to the pool's size classes.
  package static var liveBytes: Int { HostMemoryPool.shared.liveBytes }
  /// Bytes of freed blocks that the pool keeps for reuse.
  package static var idleBytes: Int { HostMemoryPool.shared.idleBytes }

  /// Returns the idle bytes to the system. To be called before work that needs blocks of other sizes.
  package static func releaseIdle() { HostMemoryPool.shared.empty() }
}
