import Foundation
import Synchronization

/// Keeps freed memory for the blocks to come: fresh pages cost more than the arithmetic that fills them.
///
/// Blocks are kept in size classes, eight to each doubling, so that at most an eighth of a block is waste.
final class HostMemoryPool: Sendable {
  static let shared = HostMemoryPool()

  /// Free memory beyond this goes back to the system at once, so that images of many sizes do not pile up. A training
  /// step of the paper's networks at 256x256 frees more than this at its end; smaller ones stay below it.
  private static let largestFreeBytes = 2 << 30

  private struct FreeBlocks {
    var blocks: [Int: [UnsafeMutableRawPointer]] = [:]
    var bytes = 0
    /// In use.
    var liveBytes = 0
  }

  private let free = Mutex(FreeBlocks())

  var liveBytes: Int { free.withLock(\.liveBytes) }
  var idleBytes: Int { free.withLock(\.bytes) }

  func take(_ count: Int) -> UnsafeMutablePointer<Float> {
    let size = Self.sizeClass(bytes: count * MemoryLayout<Float>.stride)
    let kept: UnsafeMutablePointer<Float>? = free.withLock { free in
      free.liveBytes += size
      guard let block = free.blocks[size]?.popLast() else { return nil }
      free.bytes -= size
      return block.assumingMemoryBound(to: Float.self)
    }
    if let kept { return kept }
    return UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64).bindMemory(
      to: Float.self, capacity: size / MemoryLayout<Float>.stride)
  }

  func giveBack(_ pointer: UnsafeMutablePointer<Float>, _ count: Int) {
    let size = Self.sizeClass(bytes: count * MemoryLayout<Float>.stride)
    let address = UInt(bitPattern: pointer)
    let isKept = free.withLock { free in
      free.liveBytes -= size
      guard free.bytes + size <= Self.largestFreeBytes else { return false }
      free.blocks[size, default: []].append(UnsafeMutableRawPointer(bitPattern: address)!)
      free.bytes += size
      return true
    }
    if !isKept { UnsafeMutableRawPointer(pointer).deallocate() }
  }

  /// Gives all free blocks back to the system.
  func empty() {
    let blocks = free.withLock { free in
      defer { (free.blocks, free.bytes) = ([:], 0) }
      return free.blocks.values.joined().map { UInt(bitPattern: $0) }
    }
    for address in blocks { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
  }

  /// The smallest class that holds `bytes`: multiples of an eighth of the power of two below, at least 64 bytes.
  static func sizeClass(bytes: Int) -> Int {
    let least = max(bytes, 512)
    let step = (1 << (Int.bitWidth - 1 - least.leadingZeroBitCount)) / 8
    return (least + step - 1) / step * step
  }
}
