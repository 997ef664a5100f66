import Foundation

/// A picture's colours that sRGB does not have, and its profile has.
///
/// Everything sees the nearest colours of sRGB in their stead. Where a result still shows such a nearest colour, it is
/// written as the colour itself: as far as it is that colour, fading out over `reach`. So what a network leaves as it was
/// keeps its look, and what it paints is its own. Larger results get them by bilinear interpolation.
package struct WideColors: Sendable, Equatable {
  private let width: Int
  private let height: Int
  private let profile: Data
  /// Where each row's colours begin among all.
  private let rowStarts: [Int]
  private let columns: [Int32]
  /// Of each colour: what is seen of it in sRGB, and what that lacks in the profile's samples, in steps of 1/32767.
  private let seen: [SIMD4<Int16>]
  private let lost: [SIMD4<Int16>]

  private static let reach: Float = 0.2
  private static let steps: Float = 32767

  /// What reading comes upon, in the order of the file.
  struct Collection {
    fileprivate var places: [Int] = []
    fileprivate var seen: [SIMD4<Int16>] = []
    fileprivate var lost: [SIMD4<Int16>] = []

    mutating func append(place: Int, seen: SIMD3<Float>, lost: SIMD3<Float>) {
      places.append(place)
      self.seen.append(WideColors.packed(seen))
      self.lost.append(WideColors.packed(lost))
    }
  }

  private static func packed(_ color: SIMD3<Float>) -> SIMD4<Int16> {
    let scaled = (color.clamped(lowerBound: .init(repeating: -1), upperBound: .one) * steps).rounded(.toNearestOrEven)
    return SIMD4(Int16(scaled.x), Int16(scaled.y), Int16(scaled.z), 0)
  }

  /// Nil where there are none.
  ///
  /// - Parameters:
  ///   - collection: from pixels of `width` by `height` as they are stored.
  ///   - orientation: EXIF's, in which they are stored.
  init?(_ collection: Collection, width: Int, height: Int, orientation: Int, profile: Data) {
    guard !collection.places.isEmpty else { return nil }
    let isTurned = (5...8).contains(orientation)
    self.width = isTurned ? height : width
    self.height = isTurned ? width : height
    self.profile = profile
    let places = collection.places.map { place in
      let (x, y) = (place % width, place / width)
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
    for place in places { rowStarts[place.y + 1] += 1 }
    for y in 0..<self.height { rowStarts[y + 1] += rowStarts[y] }
    var next = rowStarts
    var order = [Int](repeating: 0, count: places.count)
    for (index, place) in places.enumerated() {
      order[next[place.y]] = index
      next[place.y] += 1
    }
    self.rowStarts = rowStarts
    columns = order.map { Int32(places[$0].x) }
    seen = order.map { collection.seen[$0] }
    lost = order.map { collection.lost[$0] }
  }

  func belong(to profile: Data?) -> Bool { self.profile == profile }

  /// Adds to a part of one of a result's rows what it lacks.
  ///
  /// - Parameters:
  ///   - x, y: where the part begins in the result, which measures `size`.
  ///   - shown: the part's pixels in sRGB, of `channels` values.
  ///   - samples: the same in the profile.
  func restore(
    x: Int, y: Int, size: (width: Int, height: Int), channels: Int, shown: UnsafeBufferPointer<Float>,
    in samples: UnsafeMutableBufferPointer<Float>
  ) {
    let rows = neighbors(of: y, count: size.height, among: height)
      .filter { rowStarts[$0.index] < rowStarts[$0.index + 1] }
      .map { (colors: colors(ofRow: $0.index), weight: $0.weight) }
    guard !rows.isEmpty else { return }
    for pixel in 0..<shown.count / channels {
      let place = pixel * channels
      let color = SIMD3(shown[place], shown[place + 1], shown[place + 2])
      var sum = SIMD3<Float>.zero
      for column in neighbors(of: x + pixel, count: size.width, among: width) {
        for row in rows {
          let index = row.colors[column.index]
          guard index >= 0 else { continue }
          let distance = (color - unpacked(seen[Int(index)])).absolute.max()
          sum += column.weight * row.weight * max(0, 1 - distance / Self.reach) * unpacked(lost[Int(index)])
        }
      }
      for channel in 0..<3 { samples[place + channel] += sum[channel] }
    }
  }

  /// The index of each column's colour among all, -1 where there is none.
  private func colors(ofRow row: Int) -> [Int32] {
    var indices = [Int32](repeating: -1, count: width)
    for index in rowStarts[row]..<rowStarts[row + 1] { indices[Int(columns[index])] = Int32(index) }
    return indices
  }

  /// Between which pixels the centre of another one lies that is one of `count` over the same length.
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
