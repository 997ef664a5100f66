import Foundation

/// An image's colours that lie in its profile's gamut but outside sRGB's.
///
/// The image's pixels hold the nearest sRGB colours instead. Where a result still shows such a nearest colour, the
/// original is written; the more the result differs, the less of the original is restored, and none from a difference
/// of `reach`. Thus what a network leaves unchanged keeps its look. Enlarged results get interpolated originals.
package struct WideColors: Sendable, Equatable {
  private let width: Int
  private let height: Int
  private let profile: Data
  /// The index of each row's first colour.
  private let rowStarts: [Int]
  private let columns: [Int32]
  /// For each colour: its nearest sRGB colour, and how far the original lies from it in the profile's samples; both in
  /// units of 1/32767.
  private let seen: [SIMD4<Int16>]
  private let lost: [SIMD4<Int16>]

  private static let reach: Float = 0.2
  private static let steps: Float = 32767

  /// Out-of-gamut colours found while reading, in file order.
  struct Collection {
    fileprivate var pixels: [Int] = []
    fileprivate var seen: [SIMD4<Int16>] = []
    fileprivate var lost: [SIMD4<Int16>] = []

    mutating func append(pixel: Int, seen: SIMD3<Float>, lost: SIMD3<Float>) {
      pixels.append(pixel)
      self.seen.append(WideColors.packed(seen))
      self.lost.append(WideColors.packed(lost))
    }
  }

  private static func packed(_ color: SIMD3<Float>) -> SIMD4<Int16> {
    let scaled = (color.clamped(lowerBound: .init(repeating: -1), upperBound: .one) * steps).rounded(.toNearestOrEven)
    return SIMD4(Int16(scaled.x), Int16(scaled.y), Int16(scaled.z), 0)
  }

  /// Nil if there are none.
  ///
  /// - Parameters:
  ///   - collection: colours of the stored image, `width` by `height` pixels.
  ///   - orientation: the stored image's EXIF orientation, 1...8.
  init?(_ collection: Collection, width: Int, height: Int, orientation: Int, profile: Data) {
    guard !collection.pixels.isEmpty else { return nil }
    let isTurned = (5...8).contains(orientation)
    self.width = isTurned ? height : width
    self.height = isTurned ? width : height
    self.profile = profile
    let positions = collection.pixels.map { pixel in
      let (x, y) = (pixel % width, pixel / width)
      let (right, below) = (width - 1 - x, height - 1 - y)
      return switch orientation {
      case 2: (x: right, y: y)
      case 3: (x: right, y: below)
      case 4: (x: x, y: below)
      case 5: (x: y, y: x)
      case 6: (x: below, y: x)
      case 7: (x: below, y: right)
      case 8: (x: y, y: right)
      default: (x: x, y: y)
      }
    }
    var rowStarts = [Int](repeating: 0, count: self.height + 1)
    for position in positions { rowStarts[position.y + 1] += 1 }
    for y in 0..<self.height { rowStarts[y + 1] += rowStarts[y] }
    var next = rowStarts
    var order = [Int](repeating: 0, count: positions.count)
    for (index, position) in positions.enumerated() {
      order[next[position.y]] = index
      next[position.y] += 1
    }
    self.rowStarts = rowStarts
    columns = order.map { Int32(positions[$0].x) }
    seen = order.map { collection.seen[$0] }
    lost = order.map { collection.lost[$0] }
  }

  func belong(to profile: Data?) -> Bool { self.profile == profile }

  /// Restores original colours in part of one row of a result.
  ///
  /// - Parameters:
  ///   - x, y: where the part begins in the result, whose size is `size`.
  ///   - shown: the part's pixels in sRGB, of `channels` values each.
  ///   - samples: the same pixels in the profile, to be changed.
  func restore(
    x: Int, y: Int, size: (width: Int, height: Int), channels: Int, shown: UnsafeBufferPointer<Float>,
    in samples: UnsafeMutableBufferPointer<Float>
  ) {
    let rows = neighbors(of: y, count: size.height, among: height)
      .filter { rowStarts[$0.index] < rowStarts[$0.index + 1] }
      .map { (colors: colors(ofRow: $0.index), weight: $0.weight) }
    guard !rows.isEmpty else { return }
    for pixel in 0..<shown.count / channels {
      let first = pixel * channels
      let color = SIMD3(shown[first], shown[first + 1], shown[first + 2])
      var sum = SIMD3<Float>.zero
      for column in neighbors(of: x + pixel, count: size.width, among: width) {
        for row in rows {
          let index = row.colors[column.index]
          guard index >= 0 else { continue }
          let distance = (color - unpacked(seen[Int(index)])).absolute.max()
          sum += column.weight * row.weight * max(0, 1 - distance / Self.reach) * unpacked(lost[Int(index)])
        }
      }
      for channel in 0..<3 { samples[first + channel] += sum[channel] }
    }
  }

  /// For each column of a row, the index of its colour; -1 if it has none.
  private func colors(ofRow row: Int) -> [Int32] {
    var indices = [Int32](repeating: -1, count: width)
    for index in rowStarts[row]..<rowStarts[row + 1] { indices[Int(columns[index])] = Int32(index) }
    return indices
  }

  /// The two of `own` pixels to interpolate between at the centre of one of `count` pixels that span the same length.
  private func neighbors(of position: Int, count: Int, among own: Int) -> [(index: Int, weight: Float)] {
    guard count != own else { return [(position, 1)] }
    let center = (Float(position) + 0.5) * Float(own) / Float(count) - 0.5
    let first = Int(center.rounded(.down))
    let weight = center - Float(first)
    return [(max(0, first), 1 - weight), (min(own - 1, first + 1), weight)]
  }

  private func unpacked(_ color: SIMD4<Int16>) -> SIMD3<Float> {
    SIMD3(Float(color.x), Float(color.y), Float(color.z)) / Self.steps
  }
}

extension SIMD3<Float> {
  fileprivate var absolute: SIMD3<Float> { replacing(with: -self, where: self .< 0) }
}
