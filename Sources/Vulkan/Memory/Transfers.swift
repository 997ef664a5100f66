import CVulkan

/// Copies values between the host's memory and the device's, through memory that both reach, used in turns as a ring.
///
/// The caller takes turns: all of it is called under the lock of `VulkanDevice`.
final class Transfers {
  private static let ringSize = 32 << 20
  /// Transfers are cut into pieces of this size, so that the host copies one while the device copies another.
  private static let largestPiece = 8 << 20

  private let stream: CommandStream
  private let ring: MemoryChunk
  private let mapped: UnsafeMutableRawPointer
  private var position = 0
  /// Parts of the ring that commands still use, oldest first, and the submissions that these belong to.
  private var inUse: [(range: Range<Int>, submission: UInt64)] = []

  init(_ device: OpenedDevice, _ stream: CommandStream) throws(VulkanError) {
    guard let ring = try MemoryChunk(device, size: Self.ringSize, .transfer), let mapped = ring.mapped else {
      throw .outOfMemory(bytes: Self.ringSize, limit: Self.ringSize)
    }
    (self.stream, self.ring, self.mapped) = (stream, ring, mapped)
  }

  func send(_ bytes: UnsafeRawBufferPointer, to block: VulkanBlock) throws(VulkanError) {
    guard let place = block.place else { return }
    for piece in pieces(of: bytes.count) {
      let staged = try reserve(piece.count)
      UnsafeMutableRawBufferPointer(start: mapped + staged, count: piece.count)
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[piece]))
      try stream.copy(
        "upload", bytes: piece.count, from: (ring.buffer, staged),
        to: (place.chunk.buffer, place.slot.offset + piece.lowerBound),
        [MemoryAccess(slot: place.slot, mode: .writes)])
    }
  }

  /// Waits until the values are computed and copied.
  func receive(_ block: VulkanBlock, into bytes: UnsafeMutableRawBufferPointer) throws(VulkanError) {
    guard let place = block.place else { throw .valuesMissing }
    for piece in pieces(of: bytes.count) {
      let staged = try reserve(piece.count)
      try stream.copy(
        "download", bytes: piece.count, from: (place.chunk.buffer, place.slot.offset + piece.lowerBound),
        to: (ring.buffer, staged), [MemoryAccess(slot: place.slot, mode: .reads)])
      try stream.waitForHostReads()
      UnsafeMutableRawBufferPointer(rebasing: bytes[piece])
        .copyMemory(from: UnsafeRawBufferPointer(start: mapped + staged, count: piece.count))
    }
  }

  private func pieces(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: Self.largestPiece).map { $0..<min($0 + Self.largestPiece, count) }
  }

  /// The offset of a part of the ring for the command that is recorded next.
  private func reserve(_ bytes: Int) throws(VulkanError) -> Int {
    let size = (bytes + 63) / 64 * 64
    if position + size > Self.ringSize { position = 0 }
    let range = position..<position + size
    while let earlier = inUse.last(where: { $0.range.overlaps(range) }) {
      try stream.wait(for: earlier.submission)
      inUse.removeAll { $0.submission <= earlier.submission }
    }
    inUse.append((range, stream.current))
    position = range.upperBound
    return range.lowerBound
  }
}
