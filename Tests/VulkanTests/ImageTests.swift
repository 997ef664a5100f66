import Kernels
import Testing
import Vulkan

@Suite(.needsDevice) struct ImageTests {
  /// A source with all that may be deferred: padding, two parts, norms of both kinds of groups, and rectifiers.
  static func source(batch: Int, height: Int, width: Int, channels: [Int]) -> PixelSource {
    let rows: [Int32] = [-1, 1, 0] + (0..<Int32(height)) + [Int32(height) - 2, -1]
    let columns: [Int32] = [2, -1] + (0..<Int32(2 * width)).map { $0 / 2 }
    let parts = channels.enumerated().map { index, channels in
      let groups = index == 0 ? batch : 1
      var part = PixelSource.Part(
        values: numbers(batch * height * width * channels, seed: UInt64(index + 1)), channels: channels,
        statistics: index == 2
          ? nil
          : NormStatistics(
            groups: groups, channels: channels, mean: numbers(groups * channels, seed: 7),
            inverseDeviation: numbers(groups * channels, seed: 8, scale: 0.1, shift: 1)),
        slope: 0.2, slopes: index == 1 ? numbers(channels, seed: 5) : nil)
      if index == 0 { (part.ceiling, part.factor) = (1, 3) }
      return part
    }
    return PixelSource(
      batch: batch, sourceHeight: height, sourceWidth: width, rows: rows, columns: columns, parts: parts)
  }

  @Test(arguments: [[3], [4, 8], [1, 5, 2]]) func deferredPixels(channels: [Int]) throws {
    let source = Self.source(batch: 2, height: 9, width: 6, channels: channels)
    let addend = numbers(source.batch * source.height * source.width * source.channels, seed: 6)
    try expectSame(tolerance: 1e-6) { device in
      [device.pixels(of: source, adding: nil), device.pixels(of: source, adding: addend)]
    }
  }

  @Test func separableMaps() throws {
    let rows = AxisMap(
      inputSize: 7,
      entries: (0..<13).map { index in
        index == 4 ? [] : [.init(input: index / 2, weight: 0.75), .init(input: min(6, index / 2 + 1), weight: 0.25)]
      })
    let columns = AxisMap.gathering([-1, 0, 2, 4, 1, 1], size: 5)
    try expectSame(tolerance: 1e-6) { device in
      let mapped = device.mapped(numbers(2 * 7 * 5 * 3), rows: rows, columns: columns, batch: 2, channels: 3)
      return [mapped, device.mapped(mapped, rows: rows.transposed, columns: columns.transposed, batch: 2, channels: 3)]
    }
  }

  @Test(arguments: [(2, 2, 0), (3, 2, 1), (3, 1, 1), (2, 3, 0)])
  func pooling(window: Int, stride: Int, padding: Int) throws {
    let pooling = PoolingGeometry(
      batch: 2, height: 9, width: 12, channels: 5, window: window, stride: stride, padding: padding)
    let images = numbers(pooling.batch * pooling.inputImageCount)
    try expectSame(tolerance: 1e-6) { device in
      let places = device.maximumPlaces(pooling, of: images)
      let found = device.gathered(pooling, places: places, from: images)
      return [found, device.scattered(pooling, places: places, from: found)]
    }
  }
}
