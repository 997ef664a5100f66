/// Frames of plain samples as a Matroska stream (RFC 9559), which tells ffmpeg the time of each: raw video has none.
struct MatroskaFrames {
  let layout: FrameLayout

  /// What stands before the first frame. Times are in microseconds.
  var header: [UInt8] {
    let type = Self.element(
      0x1A45_DFA3,
      [
        Self.element(0x4286, 1), Self.element(0x42F7, 1), Self.element(0x42F2, 4), Self.element(0x42F3, 8),
        Self.element(0x4282, Array("matroska".utf8)), Self.element(0x4287, 4), Self.element(0x4285, 2),
      ].flatMap { $0 })
    let writer = Array("guise".utf8)
    let information = Self.element(
      0x1549_A966, Self.element(0x2AD7B1, 1000) + Self.element(0x4D80, writer) + Self.element(0x5741, writer))
    let video = Self.element(
      0xE0,
      Self.element(0xB0, layout.width) + Self.element(0xBA, layout.height)
        + Self.element(0x2EB524, layout.fourCharacters))
    let track = Self.element(
      0xAE,
      Self.element(0xD7, 1) + Self.element(0x73C5, 1) + Self.element(0x83, 1)
        + Self.element(0x86, Array("V_UNCOMPRESSED".utf8)) + video)
    // The segment's size is not known, which all ones say.
    let segment = Self.bytes(0x1853_8067) + [0x01] + [UInt8](repeating: 0xff, count: 7)
    return type + segment + information + Self.element(0x1654_AE6B, track)
  }

  /// What stands before a frame's bytes: a cluster of its own, since a block's time has too few bits.
  func header(ofFrameAt microseconds: Int) -> [UInt8] {
    let block: [UInt8] = [0x81, 0, 0, 0x80]  // track 1, at the cluster's time, to be shown without others
    let time = Self.element(0xE7, microseconds)
    let blockHeader = Self.bytes(0xA3) + Self.size(block.count + layout.byteCount)
    let size = time.count + blockHeader.count + block.count + layout.byteCount
    return Self.bytes(0x1F43_B675) + Self.size(size) + time + blockHeader + block
  }

  private static func element(_ id: Int, _ data: [UInt8]) -> [UInt8] { bytes(id) + size(data.count) + data }

  private static func element(_ id: Int, _ number: Int) -> [UInt8] { element(id, bytes(number)) }

  private static func size(_ count: Int) -> [UInt8] {
    [0x01] + (0..<7).reversed().map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
  }

  /// The highest byte first, without leading zeros.
  private static func bytes(_ number: Int) -> [UInt8] {
    let count = max(1, (Int.bitWidth - number.leadingZeroBitCount + 7) / 8)
    return (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
