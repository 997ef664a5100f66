import Foundation
import Synchronization
import Tensors
import Threads

/// Stores rows of features: up to `memoryRows` of them in memory, the others in a temporary file.
///
/// The memory is mapped separately: a page costs nothing until it is written to, and all go back to the system at once.
final class RowStore {
  enum Encoding {
    case float32
    /// Rounds to 16 significant bits. The 11 of half precision are too few: with random weights, networks gave colours
    /// 1 to 12 steps of 255 off with them, and less than half a step off with 16.
    case threeBytes

    var bytesPerValue: Int { self == .float32 ? MemoryLayout<Float>.size : ThreeByteFloats.size }
  }

  /// The number of a row's slot: those in memory come first, then those in the file.
  typealias Slot = Int

  private let encoding: Encoding
  private let bytesPerRow: Int
  private let memoryRows: Int
  private let memory: UnsafeMutableRawPointer?
  private var file: SpillFile?
  private let folder: URL
  private var freeSlots: (memory: [Slot], file: [Slot]) = ([], [])
  private var nextSlot: (memory: Slot, file: Slot)

  /// - Parameters:
  ///   - valuesPerRow: the length of the longest row.
  ///   - folder: where the temporary file is created once memory is full.
  init(encoding: Encoding, valuesPerRow: Int, memoryRows: Int, folder: URL) throws {
    self.encoding = encoding
    self.memoryRows = memoryRows
    self.folder = folder
    bytesPerRow = valuesPerRow * encoding.bytesPerValue
    nextSlot = (0, memoryRows)
    let bytes = memoryRows * bytesPerRow
    if bytes == 0 {
      memory = nil
    } else {
      let mapped = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
      guard let mapped, mapped != MAP_FAILED else {
        throw TranslationError.notEnoughMemory(needed: bytes, available: AvailableMemory.bytes ?? 0)
      }
      memory = mapped
    }
  }

  deinit {
    if let memory { munmap(memory, memoryRows * bytesPerRow) }
  }

  /// Stores the rows of `[1, H, W, C]` and returns their slots. Throws `TranslationError.temporaryFile` and
  /// `DeviceFailure`.
  func write(_ rows: NDArray) throws -> [Slot] {
    let slots = try (0..<rows.shape[1]).map { _ in try takeSlot() }
    let count = rows.shape[2] * rows.shape[3]
    try rows.computed().withHostMemory { values in
      guard let first = values.baseAddress else { return }
      try onEach(slots[...]) { try write(first + $0 * count, count: count, to: $1) }
    }
    return slots
  }

  /// The rows in some slots, as `[1, H, W, C]`. Throws `TranslationError.temporaryFile`.
  func read(_ slots: ArraySlice<Slot>, shape: Shape) throws -> NDArray {
    let count = shape[2] * shape[3]
    return try NDArray(shape: shape) { values in
      guard let first = values.baseAddress else { return }
      try onEach(slots) { try read(first + $0 * count, count: count, from: $1) }
    }
  }

  func free(_ slots: ArraySlice<Slot>) {
    for slot in slots {
      if slot < memoryRows { freeSlots.memory.append(slot) } else { freeSlots.file.append(slot) }
    }
  }

  private func takeSlot() throws -> Slot {
    if let slot = freeSlots.memory.popLast() { return slot }
    if nextSlot.memory < memoryRows {
      nextSlot.memory += 1
      return nextSlot.memory - 1
    }
    if let slot = freeSlots.file.popLast() { return slot }
    if file == nil { file = try SpillFile(in: folder) }
    nextSlot.file += 1
    return nextSlot.file - 1
  }

  /// Runs `body` for several slots at a time. Throws one of its errors.
  private func onEach(
    _ slots: ArraySlice<Slot>, _ body: (_ index: Int, _ slot: Slot) throws -> Void
  ) throws {
    let failure = Mutex<(any Error)?>(nil)
    ThreadPool.run(count: slots.count) { index in
      do {
        try body(index, slots[slots.startIndex + index])
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  private func write(_ values: UnsafePointer<Float>, count: Int, to slot: Slot) throws {
    if slot < memoryRows, let memory {
      encode(values, count: count, into: memory + slot * bytesPerRow)
      return
    }
    try withScratchBytes(count) { bytes in
      encode(values, count: count, into: bytes)
      try file?.write(
        UnsafeRawBufferPointer(start: bytes, count: count * encoding.bytesPerValue),
        at: (slot - memoryRows) * bytesPerRow)
    }
  }

  private func read(_ values: UnsafeMutablePointer<Float>, count: Int, from slot: Slot) throws {
    if slot < memoryRows, let memory {
      decode(memory + slot * bytesPerRow, count: count, into: values)
      return
    }
    try withScratchBytes(count) { bytes in
      try file?.read(
        UnsafeMutableRawBufferPointer(start: bytes, count: count * encoding.bytesPerValue),
        at: (slot - memoryRows) * bytesPerRow)
      decode(bytes, count: count, into: values)
    }
  }

  /// Provides a buffer for a row on its way to or from the file.
  private func withScratchBytes(_ count: Int, _ body: (UnsafeMutableRawPointer) throws -> Void) throws {
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: count * encoding.bytesPerValue, alignment: 64)
    defer { bytes.deallocate() }
    try body(bytes)
  }

  private func encode(_ values: UnsafePointer<Float>, count: Int, into bytes: UnsafeMutableRawPointer) {
    switch encoding {
    case .float32: bytes.copyMemory(from: values, byteCount: count * encoding.bytesPerValue)
    case .threeBytes:
      ThreeByteFloats.round(
        UnsafeBufferPointer(start: values, count: count),
        into: UnsafeMutableRawBufferPointer(start: bytes, count: count * encoding.bytesPerValue))
    }
  }

  private func decode(_ bytes: UnsafeMutableRawPointer, count: Int, into values: UnsafeMutablePointer<Float>) {
    switch encoding {
    case .float32: UnsafeMutableRawPointer(values).copyMemory(from: bytes, byteCount: count * encoding.bytesPerValue)
    case .threeBytes:
      ThreeByteFloats.widen(
        UnsafeRawBufferPointer(start: bytes, count: count * encoding.bytesPerValue),
        into: UnsafeMutableBufferPointer(start: values, count: count))
    }
  }
}
