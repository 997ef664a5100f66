extension Image {
  /// A part of the image. Throws `ImageError.outside`.
  public func cropped(to region: ImageRegion) throws(ImageError) -> Image {
    guard region.lies(withinWidth: width, height: height) else {
      throw .outside(path: nil, region: region, width: width, height: height)
    }
    return cropped(x: region.x, y: region.y, width: region.width, height: region.height)
  }

  /// The part of `width` by `height` pixels whose top left corner is at (`x`, `y`). It must lie within the image.
  package func cropped(x: Int, y: Int, width: Int, height: Int) -> Image {
    let region = ImageRegion(x: x, y: y, width: width, height: height)
    precondition(
      region.lies(withinWidth: self.width, height: self.height),
      "\(width)x\(height) pixels at (\(x), \(y)) reach outside an image of \(self.width)x\(self.height)")
    return rearranged(width: width, height: height, first: y * self.width + x, right: 1, down: self.width)
  }

  /// Mirrored left to right.
  public func flippedHorizontally() -> Image {
    rearranged(width: width, height: height, first: width - 1, right: -1, down: width)
  }

  /// Turned clockwise by a number of quarter turns; counterclockwise by a negative one.
  public func turned(quarters: Int) -> Image {
    upright(fromOrientation: [1, 6, 3, 8][quarters & 3])
  }

  /// Turned upright from one of EXIF's orientations, 1...8.
  func upright(fromOrientation orientation: Int) -> Image {
    guard (2...8).contains(orientation) else { return self }
    let (lastColumn, lastRow) = (width - 1, (height - 1) * width)
    let (first, right, down) =
      switch orientation {
      case 2: (lastColumn, -1, width)
      case 3: (lastRow + lastColumn, -1, -width)
      case 4: (lastRow, 1, -width)
      case 5: (0, width, 1)
      case 6: (lastRow, -width, 1)
      case 7: (lastRow + lastColumn, -width, -1)
      default: (lastColumn, width, -1)
      }
    let isTurned = orientation >= 5
    return rearranged(
      width: isTurned ? height : width, height: isTurned ? width : height, first: first, right: right, down: down)
  }

  /// The pixels where some rows and columns cross, which may repeat and come in any order.
  package func gathered(rows: [Int], columns: [Int]) -> Image {
    let count = rows.count * columns.count * channels
    let gathered = [Float](unsafeUninitializedCapacity: count) { target, initializedCount in
      pixels.withUnsafeBufferPointer { source in
        var next = 0
        for row in rows {
          for column in columns {
            let pixel = (row * width + column) * channels
            for channel in 0..<channels {
              target[next] = source[pixel + channel]
              next += 1
            }
          }
        }
      }
      initializedCount = count
    }
    return with(width: columns.count, height: rows.count, pixels: gathered)
  }

  /// Reorders pixels. `first` is the index of the new image's first pixel; `right` and `down` are the steps, in pixels
  /// of this image, to the new image's next column and next row.
  private func rearranged(width: Int, height: Int, first: Int, right: Int, down: Int) -> Image {
    let count = width * height * channels
    let rearranged = [Float](unsafeUninitializedCapacity: count) { target, initializedCount in
      pixels.withUnsafeBufferPointer { source in
        var next = 0
        for y in 0..<height {
          for x in 0..<width {
            let pixel = (first + y * down + x * right) * channels
            for channel in 0..<channels {
              target[next] = source[pixel + channel]
              next += 1
            }
          }
        }
      }
      initializedCount = count
    }
    return with(width: width, height: height, pixels: rearranged)
  }
}
