import Foundation
import Images
import Synchronization

/// Keeps images in memory, at 8 bits per sample, until a budget of bytes is spent; later images are not cached.
package final class ImageCache: Sendable {
  private struct Entry {
    let width: Int
    let height: Int
    let channels: Int
    let bytes: [UInt8]

    init(_ image: Image) {
      (width, height, channels, bytes) = (image.width, image.height, image.channels, image.bytes())
    }
  }

  private struct Contents {
    var entries: [String: Entry] = [:]
    var bytesLeft: Int
  }

  private let contents: Mutex<Contents>

  package init(budget: Int) {
    contents = Mutex(Contents(bytesLeft: budget))
  }

  /// The image cached as `name`, or else the one that `make` makes; rounded to 8 bits either way.
  ///
  /// - Parameter region: the part to return, given the image's width and height; the whole image if nil.
  package func image(
    _ name: String, region: ((_ width: Int, _ height: Int) -> ImageRegion)? = nil, make: () throws -> Image
  ) rethrows -> Image {
    if let entry = contents.withLock({ $0.entries[name] }) {
      return Self.image(entry, region?(entry.width, entry.height))
    }
    let entry = Entry(try make())
    keep(entry, name)
    return Self.image(entry, region?(entry.width, entry.height))
  }

  func keep(_ image: Image, as name: String) { keep(Entry(image), name) }

  /// A region of a file's image, in RGB. If the budget has no room for the file, only the region is decoded.
  func region(_ region: ImageRegion, of file: URL) throws -> Image {
    let name = file.path
    if let entry = contents.withLock({ $0.entries[name] }) { return Self.image(entry, region) }
    let header = try ImageHeader(contentsOf: file)
    guard contents.withLock({ $0.bytesLeft >= header.width * header.height * 3 }) else {
      return Self.image(Entry(Self.colors(try Image(contentsOf: file, region: region))))
    }
    let entry = Entry(Self.colors(try Image(contentsOf: file)))
    keep(entry, name)
    return Self.image(entry, region)
  }

  private static func colors(_ image: Image) -> Image {
    let image = image.withoutAlpha()
    guard image.channels == 1 else { return image }
    return Image(width: image.width, height: image.height, channels: 3, pixels: image.pixels.flatMap { [$0, $0, $0] })
  }

  private func keep(_ entry: Entry, _ name: String) {
    contents.withLock { contents in
      guard contents.entries[name] == nil, entry.bytes.count <= contents.bytesLeft else { return }
      contents.bytesLeft -= entry.bytes.count
      contents.entries[name] = entry
    }
  }

  private static func image(_ entry: Entry, _ region: ImageRegion? = nil) -> Image {
    let (width, height, channels) = (entry.width, entry.height, entry.channels)
    let region = region ?? ImageRegion(x: 0, y: 0, width: width, height: height)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(region.width * region.height * channels)
    for y in region.y..<region.y + region.height {
      let start = (y * width + region.x) * channels
      bytes += entry.bytes[start..<start + region.width * channels]
    }
    return Image(width: region.width, height: region.height, channels: channels, bytes: bytes)
  }
}
