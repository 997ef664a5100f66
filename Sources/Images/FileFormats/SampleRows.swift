import Foundation
import Threads

/// Full rows of an image as a file holds them: in the colours of its profile, rounded to samples of 8 or 16 bits.
package struct SampleRows: Sendable {
  package let width: Int
  package let height: Int
  private let channels: Int
  private var samples: Samples
  /// Nil if the file's colours are sRGB.
  private let transform: ColorTransform?
  /// Colours outside sRGB's gamut to restore, if any.
  private let wideColors: WideColors?
  /// The first row's position in the image.
  private let y: Int
  private let fileHeight: Int

  private enum Samples {
    case eight([UInt8])
    /// In the machine's byte order.
    case sixteen([UInt16])
  }

  /// Black rows of a file with this header, starting at row `y`.
  package init(of file: ImageHeader, y: Int, height: Int) {
    width = file.width
    channels = file.channels
    self.height = height
    transform = file.metadata.iccProfile.flatMap { profile in
      let (space, hasAlpha) = (file.channels < 3 ? ColorProfile.Space.gray : .rgb, file.channels % 2 == 0)
      // Cannot fail: the header has a profile that the file can be written in.
      return try? ColorProfile.transform(profile, space, hasAlpha: hasAlpha, to: .profile)
    }
    let hasWideColors = transform != nil && file.metadata.wideColors?.belong(to: file.metadata.iccProfile) == true
    wideColors = hasWideColors ? file.metadata.wideColors : nil
    (self.y, fileHeight) = (y, file.height)
    let count = file.width * height * file.channels
    switch file.bitDepth {
    case .eight: samples = .eight(Array(repeating: 0, count: count))
    case .sixteen: samples = .sixteen(Array(repeating: 0, count: count))
    }
  }

  /// Rows of a file with this header, as `bytes` of such rows have given them; nil if these are too few or too many.
  package init?(of file: ImageHeader, y: Int, height: Int, bytes: Data) {
    self.init(of: file, y: y, height: height)
    guard bytes.count == height * Self.bytesPerRow(of: file) else { return nil }
    switch samples {
    case .eight: samples = .eight(Array(bytes))
    case .sixteen: samples = .sixteen(bytes.withUnsafeBytes { Array($0.bindMemory(to: UInt16.self)) })
    }
  }

  /// The size in bytes of a row of a file.
  package static func bytesPerRow(of file: ImageHeader) -> Int {
    file.width * file.channels * (file.bitDepth == .eight ? 1 : 2)
  }

  package var bytes: Data { withUnsafeBytes { Data($0) } }

  /// Fills in a part of the image that is as high as these rows, starting at column `x`. It is composited on white if
  /// the file has no alpha.
  package mutating func place(_ part: Image, x: Int) {
    precondition(
      part.height == height && x >= 0 && x + part.width <= width && part.colorChannels == (channels < 3 ? 1 : 3)
        && (part.channels == channels || channels % 2 == 1),
      "\(part.width)x\(part.height) pixels at column \(x) do not fit \(height) rows of \(width)")
    let part = part.channels == channels ? part : part.laidOnWhite()
    switch samples {
    case .eight(var bytes):
      samples = .eight([])
      place(part, x: x, in: &bytes)
      samples = .eight(bytes)
    case .sixteen(var words):
      samples = .sixteen([])
      place(part, x: x, in: &words)
      samples = .sixteen(words)
    }
  }

  private func place<Sample: FileSample>(_ part: Image, x: Int, in samples: inout [Sample]) {
    let (rowSize, partSize) = (width * channels, part.width * channels)
    part.pixels.withUnsafeBufferPointer { source in
      samples.withUnsafeMutableBufferPointer { target in
        ThreadPool.run(count: height) { y in
          let row = UnsafeBufferPointer(rebasing: source[y * partSize..<(y + 1) * partSize])
          let first = y * rowSize + x * channels
          withFileColors(row, x: x, y: self.y + y) { row in
            for i in 0..<partSize { target[first + i] = Sample(nearestTo: row[i].clampedToUnit) }
          }
        }
      }
    }
  }

  private func withFileColors(
    _ row: UnsafeBufferPointer<Float>, x: Int, y: Int, _ body: (UnsafeBufferPointer<Float>) -> Void
  ) {
    guard let transform, let start = row.baseAddress else { return body(row) }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: row.count) { converted in
      guard let target = converted.baseAddress else { return }
      transform.convert(start, to: target, count: row.count / channels)
      wideColors?.restore(
        x: x, y: y, size: (width, fileHeight), channels: channels, shown: row, in: converted)
      body(UnsafeBufferPointer(converted))
    }
  }

  package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    switch samples {
    case .eight(let bytes): try bytes.withUnsafeBytes(body)
    case .sixteen(let words): try words.withUnsafeBytes(body)
    }
  }
}

private protocol FileSample {
  /// The nearest sample to a value in 0...1.
  init(nearestTo value: Float)
}

extension UInt8: FileSample {
  fileprivate init(nearestTo value: Float) { self = UInt8(value * 255 + 0.5) }
}

extension UInt16: FileSample {
  fileprivate init(nearestTo value: Float) { self = UInt16(value * 65535 + 0.5) }
}

extension Image {
  /// All rows of this image for a file with this header.
  func rows(for file: ImageHeader) -> SampleRows {
    var rows = SampleRows(of: file, y: 0, height: height)
    rows.place(self, x: 0)
    return rows
  }
}
