import Foundation
import Synchronization

/// Keeps freed blocks for reuse, because page faults in fresh memory cost more than the arithmetic that fills it.
///
/// Sizes are rounded up to size classes, eight per power of two, so that at most an eighth of a fresh block is wasted. A
/// large block may also be a free one that is up to half as large again.
final class HostMemoryPool: Sendable {
  static let shared = HostMemoryPool()

  /// Freed memory beyond this is returned to the system at once, so that blocks for images of many sizes do not pile
  /// up. A training step of CycleGAN's published networks at 256x256 frees more than this at its end; one of smaller
  /// networks frees less.
  private static let largestFreeBytes = 2 << 30

  private struct FreeBlocks {
    var blocks: [Int: [UnsafeMutableRawPointer]] = [:]
    var bytes = 0
    /// Bytes in use, which `bytes` does not count.
    var liveBytes = 0

    /// The size of the smallest free block that is to serve for one of a size class.
    func size(for least: Int) -> Int? {
      if blocks[least]?.isEmpty == false { return least }
      guard least >= largePage else { return nil }
      return blocks.lazy.filter { $0.key > least && 2 * $0.key <= 3 * least && !$0.value.isEmpty }.map(\.key).min()
    }
  }

  private let free = Mutex(FreeBlocks())

  var liveBytes: Int { free.withLock(\.liveBytes) }
  var idleBytes: Int { free.withLock(\.bytes) }

  /// - Returns: memory for so many values, and the size of its block in bytes, to be given back with it.
  func take(_ count: Int) -> (pointer: UnsafeMutablePointer<Float>, blockSize: Int) {
    let least = Self.sizeClass(bytes: count * MemoryLayout<Float>.stride)
    let kept: (pointer: UnsafeMutablePointer<Float>, blockSize: Int)? = free.withLock { free in
      free.liveBytes += least
      guard let size = free.size(for: least), let block = free.blocks[size]?.popLast() else { return nil }
      free.bytes -= size
      return (block.assumingMemoryBound(to: Float.self), size)
    }
    if let kept { return kept }
    return (Self.allocate(least).bindMemory(to: Float.self, capacity: least / MemoryLayout<Float>.stride), least)
  }

  /// The size of the system's large pages, in bytes.
  private static let largePage = 2 << 20

  private static func allocate(_ size: Int) -> UnsafeMutableRawPointer {
    guard size >= largePage else { return .allocate(byteCount: size, alignment: 64) }
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: largePage)
    #if os(Linux)
    // The first touch of each page costs a fault, and a first image would touch thirty thousand. Where the system has no
    // large pages to give, small ones take their place.
    madvise(block, size, MADV_HUGEPAGE)
    #endif
    return block
  }

  func giveBack(_ pointer: UnsafeMutablePointer<Float>, _ count: Int, blockSize size: Int) {
    let address = UInt(bitPattern: pointer)
    let isKept = free.withLock { free in
      free.liveBytes -= Self.sizeClass(bytes: count * MemoryLayout<Float>.stride)
      guard free.bytes + size <= Self.largestFreeBytes else { return false }
      free.blocks[size, default: []].append(UnsafeMutableRawPointer(bitPattern: address)!)
      free.bytes += size
      return true
    }
    if !isKept { UnsafeMutableRawPointer(pointer).deallocate() }
  }

  /// Returns all free blocks to the system.
  func empty() {
    let blocks = free.withLock { free in
      defer { (free.blocks, free.bytes) = ([:], 0) }
      return free.blocks.values.joined().map { UInt(bitPattern: $0) }
    }
    for address in blocks { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
  }

  /// The smallest size class that holds `bytes`: a multiple of an eighth of the power of two below it, at least 512
  /// bytes.
  static func sizeClass(bytes: Int) -> Int {
    let least = max(bytes, 512)
    let step = (1 << (Int.bitWidth - 1 - least.leadingZeroBitCount)) / 8
    return (least + step - 1) / step * step
  }
}
