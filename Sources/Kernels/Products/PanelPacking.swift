import Threads
import VectorKernels

/// Packs matrices into `Panels`, as the right sides of products.
enum PanelPacking {
  /// Packs the matrix whose value in row r and column c is `values[rows[r] + columns[c]]`.
  static func pack(
    _ values: UnsafePointer<Float>, rows: [Int], columns: [Int], into target: UnsafeMutablePointer<Float>
  ) {
    let isContiguous = zip(columns, columns.dropFirst()).allSatisfy { $1 == $0 + 1 }
    ThreadPool.run(count: Panels.count(columns: columns.count)) { panel in
      let first = panel * Panels.width
      let width = Panels.width(of: panel, columns: columns.count)
      let count = min(width, columns.count - first)
      var packedRow = target + first * rows.count
      for row in rows {
        if isContiguous {
          packedRow.update(from: values + row + columns[first], count: count)
        } else {
          for column in 0..<count { packedRow[column] = values[row + columns[first + column]] }
        }
        (packedRow + count).update(repeating: 0, count: width - count)
        packedRow += width
      }
    }
  }

  /// The same panels in bfloat16, each value paired with the one in the next row.
  static func paired(_ panels: HostMemory, inner: Int, columns: Int) -> HostMemory {
    let kernels = InstructionSet.kernels
    let pairs = HostMemory(count: (panels.count + 1) / 2)
    let rounded = HostMemory(count: pairs.count)
    let halves = UnsafeMutableRawPointer(rounded.pointer).assumingMemoryBound(to: UInt16.self)
    let target = UnsafeMutableRawPointer(pairs.pointer).assumingMemoryBound(to: UInt16.self)
    kernels.round(panels.pointer, count: panels.count, toPairs: halves)
    for panel in 0..<Panels.count(columns: columns) {
      let width = Panels.width(of: panel, columns: columns)
      let first = panel * Panels.width * inner
      for row in 0..<inner {
        let (pair, half) = row.quotientAndRemainder(dividingBy: 2)
        for column in 0..<width {
          target[first + (pair * width + column) * 2 + half] = halves[first + row * width + column]
        }
      }
    }
    withExtendedLifetime(rounded) {}
    return pairs
  }

  /// Packs contiguous rows, on the calling thread, as rows `start ..< start + count` of a matrix of `inner` rows.
  static func pack(
    _ values: UnsafePointer<Float>, start: Int, count: Int, inner: Int, columns: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    for panel in 0..<Panels.count(columns: columns) {
      let first = panel * Panels.width
      let width = Panels.width(of: panel, columns: columns)
      let present = min(width, columns - first)
      var packedRow = target + first * inner + start * width
      for row in 0..<count {
        packedRow.update(from: values + row * columns + first, count: present)
        (packedRow + present).update(repeating: 0, count: width - present)
        packedRow += width
      }
    }
  }
}
