import Foundation

/// An open image file: its header, and then, once, its pixels.
final class ImageFileReader {
  /// The upright image's header.
  let header: ImageHeader
  private let orientation: Int
  private let conversion: SampleConversion
  private let decoder: any PixelDecoder
  private let path: String
  private let options: ImageReadingOptions
  private let file: OpenFile

  convenience init(contentsOf url: URL, options: ImageReadingOptions) throws {
    let path = url.relativePath
    guard let file = fopen(url.path, "rbe") else { throw Self.readingError(path: path) }
    try self.init(file, path: path, options: options)
  }

  /// Takes ownership of the stream, and closes it.
  init(_ stream: UnsafeMutablePointer<FILE>, path: String, options: ImageReadingOptions) throws {
    (file, self.path, self.options) = (OpenFile(stream), path, options)
    let kind = try Self.kind(of: stream, path: path)
    guard let open = kind.open else { throw ImageError.notRead(path: path, kind: kind) }
    let image = try open(stream, path, options.isLenient)
    var metadata = image.metadata
    decoder = image.decoder
    conversion = SampleConversion(
      metadata, channels: decoder.channels, isCMYK: decoder.isCMYK, bitDepth: decoder.bitDepth)
    orientation = metadata.turnUpright()

    let isTurned = (5...8).contains(orientation)
    let resolution = metadata.resolution ?? metadata.exif.flatMap(ExifData.init)?.resolution
    header = ImageHeader(
      width: isTurned ? decoder.height : decoder.width, height: isTurned ? decoder.width : decoder.height,
      channels: decoder.isCMYK ? 3 : decoder.channels, bitDepth: decoder.bitDepth,
      metadata: ImageMetadata(
        exif: metadata.exif, xmp: metadata.xmp, iptc: metadata.iptc, iccProfile: conversion.iccProfile,
        resolution: isTurned ? resolution?.turned : resolution, notices: metadata.notices + conversion.notices))
  }

  private static func readingError(path: String) -> ImageError {
    // Bytes of the name that are not UTF-8 were replaced by this character, so the path leads to no file.
    let isNameless = path.contains("\u{fffd}")
    return .cannotRead(
      path: path,
      reason: isNameless ? "its name is not UTF-8: give it another" : String(cString: strerror(errno)))
  }

  private static func kind(of file: UnsafeMutablePointer<FILE>, path: String) throws -> ImageFileKind {
    var beginning = [UInt8](repeating: 0, count: ImageFileKind.beginningSize)
    let count = fread(&beginning, 1, beginning.count, file)
    guard count > 0 || ferror(file) == 0 else { throw readingError(path: path) }
    beginning.removeLast(beginning.count - count)
    guard let kind = ImageFileKind(beginning: beginning) else {
      throw ImageError.notAnImage(path: path, beginning: shown(beginning.prefix(12)))
    }
    guard fseek(file, 0, SEEK_SET) == 0 else { throw readingError(path: path) }
    return kind
  }

  private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
    guard !bytes.isEmpty else { return "" }
    let isText = bytes.allSatisfy { (0x20..<0x7f).contains($0) || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
    guard isText else { return bytes.map { String(format: "%02x", $0) }.joined(separator: " ") }
    return String(decoding: bytes, as: UTF8.self).debugDescription
  }

  func read() throws -> Image {
    try read(ImageRegion(x: 0, y: 0, width: header.width, height: header.height))
  }

  /// Call it once.
  func read(_ region: ImageRegion) throws -> Image {
    guard header.width <= options.largestPixelCount / header.height else {
      throw ImageError.tooLarge(
        path: path, width: decoder.width, height: decoder.height, limit: options.largestPixelCount)
    }
    guard region.lies(withinWidth: header.width, height: header.height) else {
      throw ImageError.outside(path: path, region: region, width: header.width, height: header.height)
    }
    let stored = region.stored(inOrientation: orientation, width: decoder.width, height: decoder.height)
    var wideColors = WideColors.Collection()
    let pixels =
      switch header.bitDepth {
      case .eight: try pixels(in: stored, from: UInt8.self, &wideColors)
      case .sixteen: try pixels(in: stored, from: UInt16.self, &wideColors)
      }
    var metadata = header.metadata
    if let notice = decoder.notice { metadata.notices.append(notice) }
    var image = Image(
      width: stored.width, height: stored.height, channels: header.channels, pixels: pixels, bitDepth: header.bitDepth,
      metadata: metadata
    ).upright(fromOrientation: orientation)
    if let profile = metadata.iccProfile {
      image.metadata.wideColors = WideColors(
        wideColors, width: stored.width, height: stored.height, orientation: orientation, profile: profile)
    }
    return image
  }

  private func pixels<Sample: FixedWidthInteger & UnsignedInteger>(
    in region: ImageRegion, from type: Sample.Type, _ wideColors: inout WideColors.Collection
  ) throws -> [Float] {
    let count = region.width * region.height * header.channels
    return try [Float](unsafeUninitializedCapacity: count) { target, initializedCount in
      try decoder.read(region, of: type) { samples in
        guard let start = target.baseAddress else { return }
        conversion.convert(
          samples, to: start + initializedCount, from: initializedCount / header.channels, &wideColors)
        initializedCount += samples.count / decoder.channels * header.channels
      }
    }
  }
}

/// Owns a C stream, and closes it with itself.
private final class OpenFile {
  private let stream: UnsafeMutablePointer<FILE>

  init(_ stream: UnsafeMutablePointer<FILE>) { self.stream = stream }

  deinit { fclose(stream) }
}

extension Image {
  static func pixels(of samples: some Collection<UInt8>) -> [Float] {
    samples.map { Float($0) / BitDepth.eight.largestSample }
  }
}
