import Foundation

/// How the surfaces of a frame were seen in the frame before: where, how much darker, and how surely.
struct Sameness: Sendable {
  let motion: Motion
  /// The factor that brings lightness of the frame before to the frame's.
  let gain: Float
  /// From 0, where something has come into view or cannot be followed, to 1.
  let certainty: Plane

  /// The distance in pixels by which a place may miss itself on the way there and back.
  private static let deviation: Float = 1
  /// The most by which motion may differ from a pixel to the next: more where one thing passes before another.
  private static let tear: Float = 0.2
  /// The difference in lightness, from 0 to 1.
  private static let difference: Float = 0.024
  private static let gains: ClosedRange<Float> = 0.8...1.25

  init(of frame: Lightness, in last: Lightness) {
    let (plane, width, height) = (frame.plane, frame.plane.width, frame.plane.height)
    let motion = Motion(of: frame.pyramid, in: last.pyramid)
    let back = Motion(of: last.pyramid, in: frame.pyramid)
    let (backRows, backColumns) = (motion.moved(back.rows), motion.moved(back.columns))
    let (rowTears, columnTears) = (motion.rows.gradients, motion.columns.gradients)
    let returning = Plane(width: width, height: height) { row, result in
      for column in result.indices {
        let index = row * width + column
        let (down, right) = (motion.rows.values[index], motion.columns.values[index])
        let (y, x) = (Float(row) + down, Float(column) + right)
        guard y >= 0, x >= 0, y <= Float(height - 1), x <= Float(width - 1) else {
          result[column] = 0
          continue
        }
        func square(_ value: Float) -> Float { value * value }
        let missed = square(down + backRows.values[index]) + square(right + backColumns.values[index])
        let torn =
          square(rowTears.rows.values[index]) + square(rowTears.columns.values[index])
          + square(columnTears.rows.values[index]) + square(columnTears.columns.values[index])
        result[column] = exp(-missed / square(Self.deviation) - torn / square(Self.tear))
      }
    }
    let moved = motion.moved(last.plane)
    let gain = Self.gain(from: moved, to: plane, weights: returning)
    let differences = moved.combined(with: plane) { gain * $0 - $1 }.blurred(radius: 1)
    let different = differences.combined(with: differences) { first, _ in abs(first) }.blurred(radius: 2)
    certainty = returning.combined(with: different) { certainty, difference in
      let relative = difference / Self.difference
      return certainty * exp(-relative * relative)
    }
    (self.motion, self.gain) = (motion, gain)
  }

  private static func gain(from first: Plane, to second: Plane, weights: Plane) -> Float {
    var (sum, otherSum) = (0.0, 0.0)
    for (index, weight) in weights.values.enumerated() {
      sum += Double(weight * first.values[index])
      otherSum += Double(weight * second.values[index])
    }
    guard sum > 0 else { return 1 }
    return min(max(Float(otherSum / sum), gains.lowerBound), gains.upperBound)
  }
}
