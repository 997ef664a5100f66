/// A block of float32 host memory from the `BufferPool`, 64-byte aligned, given back to the pool when the last reference goes.
///
/// Unchecked: the pool hands a block to one owner at a time, and whoever shares a `Buffer` writes to it only while it
/// is uniquely referenced (`NDArray` sees to that).
public final class Buffer: @unchecked Sendable {
  /// Contents are undefined until written.
  public let pointer: UnsafeMutablePointer<Float>
  public let count: Int
  /// To be emptied by whoever changes the values.
  package let forms = DerivedForms()

  public init(count: Int) {
    precondition(count >= 0, "a buffer cannot hold \(count) values")
    self.count = count
    pointer = BufferPool.shared.take(count)
  }

  /// The memory of all buffers alive in the process, rounded up as the pool rounds it.
  package static var liveBytes: Int { BufferPool.shared.liveBytes }
  /// The memory that the pool keeps for buffers to come.
  package static var idleBytes: Int { BufferPool.shared.idleBytes }

  /// Gives that memory back to the system, before work that needs blocks of other sizes.
  package static func releaseIdle() { BufferPool.shared.empty() }

  deinit {
    BufferPool.shared.giveBack(pointer, count)
  }
}
