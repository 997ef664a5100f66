/// Where each pixel of a picture was in another.
///
/// It is found from coarse to fine, on each level by a few steps of Lucas and Kanade's method (1981): within a square around
/// each pixel, motion is taken for the same, and what remains different for a change along the gradient. Differences
/// that the whole surrounding shares, as where light fades, do not count.
package struct Motion: Sendable {
  /// How far below, and to the right, in pixels.
  package private(set) var rows: Plane
  package private(set) var columns: Plane

  /// Of the squares within which motion is the same.
  private static let radius = 3
  private static let stepsPerLevel = 3
  /// The most that motion changes in one step, in pixels.
  private static let longestStep: Float = 1
  /// Keeps motion as it is where there is no texture; about the square of the grain, in lightness from 0 to 1.
  private static let calmness: Float = 3e-4

  /// - Parameters:
  ///   - picture: whose pixels are asked for.
  ///   - other: of the same size, where they are looked for.
  package init(of picture: Pyramid, in other: Pyramid) {
    let coarsest = picture.levels[picture.levels.count - 1]
    rows = Plane(width: coarsest.width, height: coarsest.height, repeating: 0)
    columns = rows
    for (level, otherLevel) in zip(picture.levels, other.levels).reversed() {
      if rows.width != level.width || rows.height != level.height {
        (rows, columns) = (Self.doubled(rows, to: level), Self.doubled(columns, to: level))
      }
      refine(for: level, in: otherLevel)
    }
  }

  private static func doubled(_ plane: Plane, to level: Plane) -> Plane {
    plane.withInterpolation { value in
      Plane(width: level.width, height: level.height) { row, result in
        let y = (Float(row) - 0.5) / 2
        for column in result.indices { result[column] = 2 * value(y, (Float(column) - 0.5) / 2) }
      }
    }
  }

  private mutating func refine(for picture: Plane, in other: Plane) {
    let gradients = picture.gradients
    let vertical = gradients.rows.combined(with: gradients.rows, *).blurred(radius: Self.radius)
    let mixed = gradients.rows.combined(with: gradients.columns, *).blurred(radius: Self.radius)
    let horizontal = gradients.columns.combined(with: gradients.columns, *).blurred(radius: Self.radius)
    for _ in 0..<Self.stepsPerLevel {
      let difference = moved(other).combined(with: picture, -)
      let local = difference.combined(with: difference.blurred(radius: 2 * Self.radius), -)
      let down = gradients.rows.combined(with: local, *).blurred(radius: Self.radius)
      let right = gradients.columns.combined(with: local, *).blurred(radius: Self.radius)
      step(down, right, vertical, mixed, horizontal)
      (rows, columns) = (rows.blurred(radius: 1), columns.blurred(radius: 1))
    }
  }

  /// Solves two equations for each pixel.
  private mutating func step(_ down: Plane, _ right: Plane, _ vertical: Plane, _ mixed: Plane, _ horizontal: Plane) {
    let (calmness, longest) = (Self.calmness, Self.longestStep)
    func changed(_ old: Plane, _ change: (_ index: Int) -> Float) -> Plane {
      Plane(width: old.width, height: old.height) { row, result in
        for column in result.indices {
          let index = row * old.width + column
          let (a, b, c) = (vertical.values[index] + calmness, mixed.values[index], horizontal.values[index] + calmness)
          let step = -change(index) / (a * c - b * b)
          result[column] = old.values[index] + min(max(step, -longest), longest)
        }
      }
    }
    (rows, columns) = (
      changed(rows) {
        (horizontal.values[$0] + calmness) * down.values[$0] - mixed.values[$0] * right.values[$0]
      },
      changed(columns) {
        (vertical.values[$0] + calmness) * right.values[$0] - mixed.values[$0] * down.values[$0]
      }
    )
  }

  /// What another picture, or something known of its pixels, has at the place of each pixel.
  func moved(_ other: Plane) -> Plane {
    other.withInterpolation { value in
      Plane(width: rows.width, height: rows.height) { row, result in
        for column in result.indices {
          let index = row * rows.width + column
          result[column] = value(Float(row) + rows.values[index], Float(column) + columns.values[index])
        }
      }
    }
  }
}

/// A picture, and copies each half as large as the one before.
package struct Pyramid: Sendable {
  let levels: [Plane]

  /// Of the coarsest level's shorter side, in pixels.
  private static let smallest = 16

  package init(_ picture: Plane) {
    var levels = [picture]
    while let last = levels.last, min(last.width, last.height) >= 2 * Self.smallest { levels.append(last.halved) }
    self.levels = levels
  }
}
