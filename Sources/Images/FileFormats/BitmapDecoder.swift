import Foundation

/// Decodes uncompressed BMP files of 1, 4, 8, 24 and 32 bits per pixel (Microsoft's BITMAPINFOHEADER and its relatives).
final class BitmapDecoder: PixelDecoder {
  let width: Int
  let height: Int
  let channels: Int
  let isCMYK = false
  let bitDepth = Image.BitDepth.eight
  private(set) var notice: ImageNotice?
  let metadata: EmbeddedMetadata

  private let file: UnsafeMutablePointer<FILE>
  private let path: String
  private let isLenient: Bool
  private let depth: Int
  private let pixelStart: Int
  private let isTopDown: Bool
  /// Blue, green, red and an unused byte for each colour.
  private let palette: [UInt8]
  private var region = ImageRegion(x: 0, y: 0, width: 0, height: 0)
  private var row = 0

  init(_ file: UnsafeMutablePointer<FILE>, path: String, isLenient: Bool) throws {
    (self.file, self.path, self.isLenient) = (file, path, isLenient)
    func damaged(_ reason: String) -> ImageError { .damaged(path: path, reason: reason) }
    func unsupported(_ reason: String) -> ImageError { .unsupported(path: path, reason: reason) }
    rewind(file)
    var bytes = FileBytes(file)
    guard let head = bytes.next(18), let rest = bytes.next(36) else { throw damaged("the file ends early") }
    let headerSize = head[14...].littleEndianInteger
    guard headerSize >= 40 else { throw unsupported("its header is of OS/2's old kind: convert it") }
    func number(_ offset: Int, _ size: Int) -> Int { rest[(offset - 18)..<(offset - 18 + size)].littleEndianInteger }
    let signedHeight = Int(Int32(truncatingIfNeeded: number(22, 4)))
    (width, height, isTopDown) = (Int(Int32(truncatingIfNeeded: number(18, 4))), abs(signedHeight), signedHeight < 0)
    depth = number(28, 2)
    guard width > 0, height > 0, height <= Int.max / (8 * width) else {
      throw damaged("it states a size of \(width)x\(signedHeight)")
    }
    guard [1, 4, 8, 24, 32].contains(depth) else { throw unsupported("it has \(depth) bits per pixel: convert it") }
    // Bit fields are read where they are the usual ones: blue, green, red, alpha.
    let compression = number(30, 4)
    var hasAlpha = false
    if compression == 3 && depth == 32, let masks = bytes.next(16) {
      hasAlpha = headerSize >= 56 && masks[12...].littleEndianInteger == 0xff00_0000
      guard masks.prefix(12) == [0, 0, 0xff, 0, 0, 0xff, 0, 0, 0xff, 0, 0, 0] else {
        throw unsupported("its bits are of an unusual order: convert it")
      }
    } else if compression != 0 {
      throw unsupported("it is compressed, and only uncompressed BMP files are read: convert it")
    }
    channels = hasAlpha ? 4 : 3
    pixelStart = head[10..<14].littleEndianInteger
    if depth <= 8 {
      let used = number(46, 4)
      let count = used == 0 ? 1 << depth : min(used, 1 << depth)
      guard fseek(file, 14 + headerSize, SEEK_SET) == 0 else { throw damaged("the file ends early") }
      bytes = FileBytes(file)
      guard let colors = bytes.next(4 * count) else { throw damaged("its palette is cut short") }
      palette = colors + [UInt8](repeating: 0, count: 4 * ((1 << depth) - count))
    } else {
      palette = []
    }
    var metadata = EmbeddedMetadata()
    metadata.resolution = ImageResolution(
      horizontal: Double(number(38, 4)) * ImageResolution.meters,
      vertical: Double(number(42, 4)) * ImageResolution.meters)
    self.metadata = metadata
  }

  func start(_ region: ImageRegion) { self.region = region }

  func next(_ rowCount: Int, into rows: UnsafeMutableRawPointer) throws {
    let rowSize = (width * depth + 31) / 32 * 4
    let partSize = region.width * channels
    for index in 0..<rowCount {
      let y = region.y + row
      let target = UnsafeMutableRawBufferPointer(start: rows + index * partSize, count: partSize)
      var bytes = FileBytes(file, at: pixelStart + (isTopDown ? y : height - 1 - y) * rowSize)
      if let stored = bytes.next(rowSize) {
        unpack(stored, into: target)
      } else {
        guard isLenient, holdsARow else { throw ImageError.damaged(path: path, reason: "the file ends early") }
        notice = notice ?? .incomplete(reason: "the file ends early", row: row)
        for i in 0..<partSize { target[i] = channels == 4 && i % 4 == 3 ? 0xff : 0x80 }
      }
      row += 1
    }
  }

  /// Whether any row is in the file; where none is, leniency has nothing to show.
  private var holdsARow: Bool {
    var bytes = FileBytes(file, at: pixelStart)
    return bytes.position == pixelStart && bytes.skip((width * depth + 31) / 32 * 4)
  }

  private func unpack(_ stored: [UInt8], into target: UnsafeMutableRawBufferPointer) {
    for column in 0..<region.width {
      let x = region.x + column
      let color: ArraySlice<UInt8>
      if depth >= 24 {
        color = stored[(x * depth / 8)...]
      } else {
        let shift = 8 - depth - x * depth % 8
        color = palette[(4 * (Int(stored[x * depth / 8]) >> shift & ((1 << depth) - 1)))...]
      }
      let start = color.startIndex
      for channel in 0..<3 { target[column * channels + channel] = color[start + 2 - channel] }
      if channels == 4 { target[column * channels + 3] = color[start + 3] }
    }
  }
}

extension Collection where Element == UInt8 {
  /// The number that the bytes form, least significant byte first.
  var littleEndianInteger: Int { reversed().bigEndianInteger }
}
