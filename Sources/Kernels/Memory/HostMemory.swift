/// A block of the host's memory for float32 values, 64-byte aligned, taken from a pool and given back to it when the last
/// reference goes. Buffers keep their values on the host in it, and kernels use it as scratch memory.
///
/// Unchecked: the pool hands a block to one owner at a time, and a block that several owners share is only read.
package final class HostMemory: @unchecked Sendable {
  /// Contents are undefined until written.
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    precondition(count >= 0, "memory cannot hold \(count) values")
    self.count = count
    pointer = HostMemoryPool.shared.take(count)
  }

  deinit {
    HostMemoryPool.shared.giveBack(pointer, count)
  }

  /// Bytes of all blocks in use, rounded up as the pool rounds them.
  package static var liveBytes: Int { HostMemoryPool.shared.liveBytes }
  /// Bytes that the pool keeps for blocks to come.
  package static var idleBytes: Int { HostMemoryPool.shared.idleBytes }

  /// Gives the idle bytes back to the system, before work that needs blocks of other sizes.
  package static func releaseIdle() { HostMemoryPool.shared.empty() }
}
