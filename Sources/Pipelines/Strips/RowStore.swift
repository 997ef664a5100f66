import Foundation
import Synchronization
import Tensors
import Threads

/// Keeps rows of features: so many in memory, and what comes beyond those in a temporary file.
///
/// The memory is a range of addresses of its own, which costs nothing before it is written to, and goes back whole.
final class RowStore {
  enum Encoding {
    case float32
    /// Rounds to sixteen significant bits. The eleven of half precision would not do: networks with random weights then
    /// gave colours that were 1 to 12 of 255 steps apart from the exact ones, and with these sixteen less than half a step.
    case threeBytes

    var bytesPerValue: Int { self == .float32 ? MemoryLayout<Float>.size : ThreeByteFloats.size }
  }

  /// Counted from the memory's first row on to the file's.
  typealias Place = Int

  private let encoding: Encoding
  private let bytesPerRow: Int
  private let memoryRows: Int
  private let memory: UnsafeMutableRawPointer?
  private var file: SpillFile?
  private let folder: URL
  private var freePlaces: (memory: [Place], file: [Place]) = ([], [])
  private var nextPlace: (memory: Place, file: Place)

  /// - Parameters:
  ///   - valuesPerRow: of the longest row.
  ///   - folder: where a temporary file is made once memory is full.
  init(encoding: Encoding, valuesPerRow: Int, memoryRows: Int, folder: URL) throws {
    self.encoding = encoding
    self.memoryRows = memoryRows
    self.folder = folder
    bytesPerRow = valuesPerRow * encoding.bytesPerValue
    nextPlace = (0, memoryRows)
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

  /// Keeps the rows of `[1, H, W, C]`. Throws `TranslationError.temporaryFile`.
  func write(_ rows: NDArray) throws -> [Place] {
    let places = try (0..<rows.shape[1]).map { _ in try takePlace() }
    let count = rows.shape[2] * rows.shape[3]
    try rows.withHostMemory { values in
      guard let first = values.baseAddress else { return }
      try onEach(places[...]) { try write(first + $0 * count, count: count, to: $1) }
    }
    return places
  }

  /// The rows at some places, as `[1, H, W, C]`. Throws `TranslationError.temporaryFile`.
  func read(_ places: ArraySlice<Place>, shape: Shape) throws -> NDArray {
    let count = shape[2] * shape[3]
    return try NDArray(shape: shape) { values in
      guard let first = values.baseAddress else { return }
      try onEach(places) { try read(first + $0 * count, count: count, from: $1) }
    }
  }

  func free(_ places: ArraySlice<Place>) {
    for place in places {
      if place < memoryRows { freePlaces.memory.append(place) } else { freePlaces.file.append(place) }
    }
  }

  private func takePlace() throws -> Place {
    if let place = freePlaces.memory.popLast() { return place }
    if nextPlace.memory < memoryRows {
      nextPlace.memory += 1
      return nextPlace.memory - 1
    }
    if let place = freePlaces.file.popLast() { return place }
    if file == nil { file = try SpillFile(in: folder) }
    nextPlace.file += 1
    return nextPlace.file - 1
  }

  /// Several rows at a time. Throws one of their errors.
  private func onEach(
    _ places: ArraySlice<Place>, _ body: (_ index: Int, _ place: Place) throws -> Void
  ) throws {
    let failure = Mutex<(any Error)?>(nil)
    ThreadPool.run(count: places.count) { index in
      do {
        try body(index, places[places.startIndex + index])
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  private func write(_ values: UnsafePointer<Float>, count: Int, to place: Place) throws {
    if place < memoryRows, let memory {
      encode(values, count: count, into: memory + place * bytesPerRow)
      return
    }
    try withScratchBytes(count) { bytes in
      encode(values, count: count, into: bytes)
      try file?.write(
        UnsafeRawBufferPointer(start: bytes, count: count * encoding.bytesPerValue),
        at: (place - memoryRows) * bytesPerRow)
    }
  }

  private func read(_ values: UnsafeMutablePointer<Float>, count: Int, from place: Place) throws {
    if place < memoryRows, let memory {
      decode(memory + place * bytesPerRow, count: count, into: values)
      return
    }
    try withScratchBytes(count) { bytes in
      try file?.read(
        UnsafeMutableRawBufferPointer(start: bytes, count: count * encoding.bytesPerValue),
        at: (place - memoryRows) * bytesPerRow)
      decode(bytes, count: count, into: values)
    }
  }

  /// Room for a row on its way to the file or from there.
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
