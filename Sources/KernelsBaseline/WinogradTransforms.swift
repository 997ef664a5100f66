import VectorKernels

// Each transform is its line applied to the rows of a tile, then to the columns of what comes out.

extension Level {
  /// B' d B: 6x6 patches, four pixels apart, to their 36 positions.
  package func transformInput(_ transform: WinogradTransform) {
    let column = transform.pixelColumn
    for tile in 0..<transform.tiles {
      for channel in stride(from: 0, to: transform.channels, by: laneCount) {
        withScratch { half in
          for row in 0..<6 {
            let pixels = transform.pixels + tile * 4 * column + row * transform.pixelRow + channel
            put(WinogradLines.input(six(from: pixels, column)), half + row * 6, 1)
          }
          for position in 0..<6 {
            let target = transform.transformed + position * transform.positionStride + tile * transform.tileStride
            put(WinogradLines.input(six(from: half + position, 6)), target + channel, 6 * transform.positionStride)
          }
        }
      }
    }
  }

  /// A' m A: the 36 products to 4x4 tiles of the output, of which `height` rows lie in the image, and in the last tile
  /// `lastWidth` columns.
  package func transformProducts(
    _ transform: WinogradTransform, bias: UnsafePointer<Float>?, height: Int, lastWidth: Int
  ) {
    for tile in 0..<transform.tiles {
      let width = tile == transform.tiles - 1 ? lastWidth : 4
      for channel in stride(from: 0, to: transform.channels, by: laneCount) {
        let shift = bias.map { load($0 + channel) } ?? .zero
        withScratch { half in
          for position in 0..<6 {
            let products = transform.transformed + position * transform.positionStride + tile * transform.tileStride
            put(WinogradLines.output(six(from: products + channel, 6 * transform.positionStride)), half + position, 6)
          }
          for row in 0..<height {
            let line = WinogradLines.output(six(from: half + row * 6, 1))
            let place =
              transform.pixels + row * transform.pixelRow + tile * 4 * transform.pixelColumn + channel
            store(line[0] + shift, place)
            if width > 1 { store(line[1] + shift, place + transform.pixelColumn) }
            if width > 2 { store(line[2] + shift, place + 2 * transform.pixelColumn) }
            if width > 3 { store(line[3] + shift, place + 3 * transform.pixelColumn) }
          }
        }
      }
    }
  }

  /// A d A', the adjoint of the output's: 4x4 tiles of its gradient to the gradients of the 36 products.
  package func transformOutputGradient(_ transform: WinogradTransform) {
    let column = transform.pixelColumn
    for tile in 0..<transform.tiles {
      for channel in stride(from: 0, to: transform.channels, by: laneCount) {
        withScratch { half in
          for row in 0..<4 {
            let pixels = transform.pixels + tile * 4 * column + row * transform.pixelRow + channel
            put(WinogradLines.outputGradient(four(from: pixels, column)), half + row * 6, 1)
          }
          for position in 0..<6 {
            let target = transform.transformed + position * transform.positionStride + tile * transform.tileStride
            put(
              WinogradLines.outputGradient(four(from: half + position, 6)), target + channel,
              6 * transform.positionStride)
          }
        }
      }
    }
  }

  /// G g G': rows of a 3x3 kernel's nine matrices to those of the 36, in panels.
  package func transformWeight(_ weight: WinogradWeight, rows: Range<Int>) {
    let matrix = weight.rows * weight.columns
    for panel in 0..<Panels.count(columns: weight.columns) {
      let first = panel * Panels.width
      let width = Panels.width(of: panel, columns: weight.columns)
      for row in rows {
        for column in stride(from: 0, to: width, by: laneCount) {
          let kernel = weight.kernel + row * weight.columns + first + column
          let target = weight.panels + first * weight.rows + row * width + column
          withScratch { half in
            for line in 0..<3 {
              put(WinogradLines.weight(three(from: kernel + line * 3 * matrix, matrix)), half + line * 6, 1)
            }
            for position in 0..<6 {
              put(WinogradLines.weight(three(from: half + position, 6)), target + position * matrix, 6 * matrix)
            }
          }
        }
      }
    }
  }

  /// G' u G, the adjoint of the weight's: a range of the 36 matrices, `stride` values each, to that of the nine.
  package func transformWeightGradient(
    from products: UnsafePointer<Float>, stride matrix: Int, into gradient: UnsafeMutablePointer<Float>,
    range: Range<Int>
  ) {
    for start in stride(from: range.lowerBound, to: range.upperBound, by: laneCount) {
      withScratch { half in
        for position in 0..<6 {
          let line = six(from: products + position * matrix + start, 6 * matrix)
          put(WinogradLines.weightGradient(line), half + position, 6)
        }
        for row in 0..<3 {
          put(WinogradLines.weightGradient(six(from: half + row * 6, 1)), gradient + row * 3 * matrix + start, matrix)
        }
      }
    }
  }
}

// A line's values lie a stride apart: of memory, in values, or of the transform half done, in registers.

@inline(__always)
private func withScratch(_ body: (UnsafeMutablePointer<Lanes>) -> Void) {
  withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 36) { body($0.baseAddress.unsafelyUnwrapped) }
}

@inline(__always)
private func three(from first: UnsafePointer<Float>, _ stride: Int) -> InlineArray<3, Lanes> {
  [load(first), load(first + stride), load(first + 2 * stride)]
}

@inline(__always)
private func four(from first: UnsafePointer<Float>, _ stride: Int) -> InlineArray<4, Lanes> {
  [load(first), load(first + stride), load(first + 2 * stride), load(first + 3 * stride)]
}

@inline(__always)
private func six(from first: UnsafePointer<Float>, _ stride: Int) -> InlineArray<6, Lanes> {
  [
    load(first), load(first + stride), load(first + 2 * stride), load(first + 3 * stride), load(first + 4 * stride),
    load(first + 5 * stride),
  ]
}

@inline(__always)
private func three(from first: UnsafePointer<Lanes>, _ stride: Int) -> InlineArray<3, Lanes> {
  [first[0], first[stride], first[2 * stride]]
}

@inline(__always)
private func four(from first: UnsafePointer<Lanes>, _ stride: Int) -> InlineArray<4, Lanes> {
  [first[0], first[stride], first[2 * stride], first[3 * stride]]
}

@inline(__always)
private func six(from first: UnsafePointer<Lanes>, _ stride: Int) -> InlineArray<6, Lanes> {
  [first[0], first[stride], first[2 * stride], first[3 * stride], first[4 * stride], first[5 * stride]]
}

@inline(__always)
private func put<let count: Int>(
  _ line: InlineArray<count, Lanes>, _ first: UnsafeMutablePointer<Float>, _ stride: Int
) {
  for index in 0..<count { store(line[unchecked: index], first + index * stride) }
}

@inline(__always)
private func put<let count: Int>(
  _ line: InlineArray<count, Lanes>, _ first: UnsafeMutablePointer<Lanes>, _ stride: Int
) {
  for index in 0..<count { first[index * stride] = line[unchecked: index] }
}
