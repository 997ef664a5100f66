import Kernels
import Synchronization
import Testing

/// A fake device with its own memory: it has the host compute with copies, and keeps the results in its memory.
///
/// It counts calls and transfers, checks the sizes of operands, and overwrites the copies with NaN afterwards, so that
/// code that bypasses the device or keeps using the host's memory gets NaN.
final class WatchedDevice: Device {
  private struct Counts {
    var calls: [String: Int] = [:]
    var downloads = 0, uploads = 0
  }

  private let counts = Mutex(Counts())

  /// How often values were copied from the device's memory.
  var downloads: Int { counts.withLock(\.downloads) }
  /// How often values were copied to it.
  var uploads: Int { counts.withLock(\.uploads) }
  /// How often each operation was called, by its name.
  var calls: [String: Int] { counts.withLock(\.calls) }

  /// A block of the device's memory.
  final class Block: DeviceBlock {
    let owner: WatchedDevice
    private let values: Mutex<[Float]>

    init(_ values: [Float], of owner: WatchedDevice) {
      self.owner = owner
      self.values = Mutex(values)
    }

    var device: any Device { owner }

    /// The values, for the device's own use.
    var contents: [Float] {
      get { values.withLock { $0 } }
      set { values.withLock { $0 = newValue } }
    }

    func download(into target: UnsafeMutableBufferPointer<Float>) {
      owner.counts.withLock { $0.downloads += 1 }
      _ = target.update(fromContentsOf: contents)
    }
  }

  func upload(_ values: UnsafeBufferPointer<Float>) -> any DeviceBlock {
    counts.withLock { $0.uploads += 1 }
    return Block(Array(values), of: self)
  }

  func obstacle(to precision: OperandPrecision) -> String? { HostDevice.shared.obstacle(to: precision) }

  /// Has the host compute with copies of the buffers that `body` asks for, and moves the result to the device's memory.
  func compute(_ name: String, count: Int, _ body: (HostCopies) -> Buffer) -> Buffer {
    counts.withLock { $0.calls[name, default: 0] += 1 }
    let copies = HostCopies(of: self)
    defer { copies.spoil() }
    let result = copies.taken(body(copies))
    #expect(result.count == count, "\(name) gave \(result.count) values instead of \(count)")
    return result
  }

  /// The same for results of several buffers, which `body` must move to the device's memory itself.
  func computeAll<Result>(_ name: String, _ body: (HostCopies) -> Result) -> Result {
    counts.withLock { $0.calls[name, default: 0] += 1 }
    let copies = HostCopies(of: self)
    defer { copies.spoil() }
    return body(copies)
  }
}

/// The copies that the host computes with during one operation of a `WatchedDevice`.
final class HostCopies {
  private let device: WatchedDevice
  private var buffers: [Buffer] = []

  init(of device: WatchedDevice) { self.device = device }

  func callAsFunction(_ buffer: Buffer, count: Int? = nil) -> Buffer {
    if let count { #expect(buffer.count == count, "an operand of \(buffer.count) values instead of \(count)") }
    guard let block = buffer.block(on: device) as? WatchedDevice.Block else { preconditionFailure("another device's") }
    let copy = Buffer(count: buffer.count) { _ = $0.update(fromContentsOf: block.contents) }
    buffers.append(copy)
    return copy
  }

  func callAsFunction(_ statistics: NormStatistics) -> NormStatistics {
    let count = statistics.groups * statistics.channels
    return NormStatistics(
      groups: statistics.groups, channels: statistics.channels, mean: self(statistics.mean, count: count),
      inverseDeviation: self(statistics.inverseDeviation, count: count))
  }

  func callAsFunction(_ moments: ChannelMoments) -> ChannelMoments {
    ChannelMoments(
      groups: moments.groups, parts: moments.parts, channels: moments.channels, values: self(moments.values))
  }

  func callAsFunction(_ moments: JoinedMoments) -> JoinedMoments {
    let count = JoinedMoments.valueCount(channels: moments.channels)
    return JoinedMoments(channels: moments.channels, values: self(moments.values, count: count))
  }

  func callAsFunction(_ source: PixelSource) -> PixelSource {
    #expect(source.rows.allSatisfy { (-1..<Int32(source.sourceHeight)).contains($0) })
    #expect(source.columns.allSatisfy { (-1..<Int32(source.sourceWidth)).contains($0) })
    var copy = source
    copy.parts = source.parts.map { part in
      var copy = part
      let pixels = source.batch * source.sourceHeight * source.sourceWidth
      copy.values = self(part.values, count: pixels * part.channels)
      copy.statistics = part.statistics.map { self($0) }
      copy.slopes = part.slopes.map { self($0, count: part.channels) }
      return copy
    }
    return copy
  }

  /// Moves the host's result to the device's memory.
  func taken(_ result: Buffer) -> Buffer {
    buffers.append(result)
    return Buffer(WatchedDevice.Block(result.withHostValues { Array($0) }, of: device), count: result.count)
  }

  func taken(_ moments: ChannelMoments) -> ChannelMoments {
    ChannelMoments(
      groups: moments.groups, parts: moments.parts, channels: moments.channels, values: taken(moments.values))
  }

  func taken(_ statistics: NormStatistics) -> NormStatistics {
    NormStatistics(
      groups: statistics.groups, channels: statistics.channels, mean: taken(statistics.mean),
      inverseDeviation: taken(statistics.inverseDeviation))
  }

  /// Overwrites all copies with NaN.
  func spoil() {
    for buffer in buffers { buffer.withMutableHostValues { $0.update(repeating: .nan) } }
  }
}
