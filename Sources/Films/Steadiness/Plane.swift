import Threads

/// A picture of one value for each pixel, rows from the top.
package struct Plane: Sendable {
  let width: Int
  let height: Int
  package let values: [Float]

  private static let rowsAtATime = 16

  /// - Parameter fill: writes a row; called on several threads.
  init(width: Int, height: Int, fill: (_ row: Int, UnsafeMutableBufferPointer<Float>) -> Void) {
    (self.width, self.height) = (width, height)
    values = Array(unsafeUninitializedCapacity: width * height) { buffer, count in
      let bands = Bands(count: height, atMost: Self.rowsAtATime)
      ThreadPool.run(count: bands.pieces) { piece in
        for row in bands[piece] {
          fill(row, UnsafeMutableBufferPointer(rebasing: buffer[row * width..<(row + 1) * width]))
        }
      }
      count = width * height
    }
  }

  /// With one value everywhere.
  init(width: Int, height: Int, repeating value: Float) {
    (self.width, self.height) = (width, height)
    values = Array(repeating: value, count: width * height)
  }

  /// Calls `body` with a function that interpolates linearly between pixels; outside, the border's values count.
  func withInterpolation<Result>(_ body: ((_ row: Float, _ column: Float) -> Float) -> Result) -> Result {
    values.withUnsafeBufferPointer { values in
      body { row, column in
        let place = Place(row: row, column: column, width: width, height: height)
        return place.value(values)
      }
    }
  }

  /// Half as wide and high, by the means of four pixels each.
  var halved: Plane {
    values.withUnsafeBufferPointer { values in
      Plane(width: (width + 1) / 2, height: (height + 1) / 2) { row, result in
        let (first, second) = (2 * row * width, min(2 * row + 1, height - 1) * width)
        for column in result.indices {
          let (left, right) = (2 * column, min(2 * column + 1, width - 1))
          result[column] =
            (values[first + left] + values[first + right] + values[second + left] + values[second + right]) / 4
        }
      }
    }
  }

  /// The means of squares of `2 * radius + 1` pixels; the border's values go on outside.
  func blurred(radius: Int) -> Plane {
    let share = 1 / Float((2 * radius + 1) * (2 * radius + 1))
    return values.withUnsafeBufferPointer { values in
      Plane(width: width, height: height) { row, result in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { sums in
          sums.initialize(repeating: 0)
          for neighbor in row - radius...row + radius {
            let start = min(max(neighbor, 0), height - 1) * width
            for column in 0..<width { sums[column] += values[start + column] }
          }
          for column in 0..<width {
            var sum: Float = 0
            if column >= radius && column + radius < width {
              for neighbor in column - radius...column + radius { sum += sums[neighbor] }
            } else {
              for neighbor in column - radius...column + radius { sum += sums[min(max(neighbor, 0), width - 1)] }
            }
            result[column] = sum * share
          }
        }
      }
    }
  }

  /// Calls `combine` with the values of both for each pixel.
  func combined(with other: Plane, _ combine: (Float, Float) -> Float) -> Plane {
    values.withUnsafeBufferPointer { first in
      other.values.withUnsafeBufferPointer { second in
        Plane(width: width, height: height) { row, result in
          for column in result.indices {
            result[column] = combine(first[row * width + column], second[row * width + column])
          }
        }
      }
    }
  }

  /// The differences of the two neighbours in a row, and in a column, each divided by 2.
  var gradients: (rows: Plane, columns: Plane) {
    values.withUnsafeBufferPointer { values in
      let rows = Plane(width: width, height: height) { row, result in
        let (above, below) = (max(row - 1, 0) * width, min(row + 1, height - 1) * width)
        for column in result.indices { result[column] = (values[below + column] - values[above + column]) / 2 }
      }
      let columns = Plane(width: width, height: height) { row, result in
        let start = row * width
        for column in result.indices {
          result[column] = (values[start + min(column + 1, width - 1)] - values[start + max(column - 1, 0)]) / 2
        }
      }
      return (rows, columns)
    }
  }
}

/// A place between four pixels.
struct Place {
  private let upperLeft: Int, upperRight: Int, lowerLeft: Int, lowerRight: Int
  private let down: Float, right: Float

  @inline(__always)
  init(row: Float, column: Float, width: Int, height: Int) {
    let (row, column) = (min(max(row, 0), Float(height - 1)), min(max(column, 0), Float(width - 1)))
    let (top, left) = (Int(row), Int(column))
    (down, right) = (row - Float(top), column - Float(left))
    let (first, second) = (top * width, min(top + 1, height - 1) * width)
    let next = min(left + 1, width - 1)
    (upperLeft, upperRight, lowerLeft, lowerRight) = (first + left, first + next, second + left, second + next)
  }

  @inline(__always)
  func value(_ values: UnsafeBufferPointer<Float>) -> Float {
    let upper = values[upperLeft] + (values[upperRight] - values[upperLeft]) * right
    let lower = values[lowerLeft] + (values[lowerRight] - values[lowerLeft]) * right
    return upper + (lower - upper) * down
  }
}
