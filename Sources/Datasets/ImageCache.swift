import Images
import Synchronization

/// Keeps images in memory, with 8 bits per sample, until a budget is spent; later ones are made anew each time.
final class ImageCache: Sendable {
  private struct Entry {
    let width: Int
    let height: Int
    let channels: Int
    let bytes: [UInt8]
  }

  private struct Contents {
    var entries: [String: Entry] = [:]
    var bytesLeft: Int
  }

  private let contents: Mutex<Contents>

  init(budget: Int) {
    contents = Mutex(Contents(bytesLeft: budget))
  }

  /// The image kept as `name`, or else the one that `make` makes, rounded to 8 bits in both cases.
  ///
  /// - Parameter region: the part of it that is wanted, all if nil.
  func image(_ name: String, region: PixelRegion? = nil, make: () throws -> Image) rethrows -> Image {
    if let entry = contents.withLock({ $0.entries[name] }) { return Self.image(entry, region) }
    let image = try make()
    let entry = Entry(width: image.width, height: image.height, channels: image.channels, bytes: image.bytes())
    contents.withLock { contents in
      guard contents.entries[name] == nil, entry.bytes.count <= contents.bytesLeft else { return }
      contents.bytesLeft -= entry.bytes.count
      contents.entries[name] = entry
    }
    return Self.image(entry, region)
  }

  private static func image(_ entry: Entry, _ region: PixelRegion?) -> Image {
    let (width, height, channels) = (entry.width, entry.height, entry.channels)
    let region = region ?? PixelRegion(x: 0, y: 0, width: width, height: height)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(region.width * region.height * channels)
    for y in region.y..<region.y + region.height {
      let start = (y * width + region.x) * channels
      bytes += entry.bytes[start..<start + region.width * channels]
    }
    return Image(width: region.width, height: region.height, channels: channels, bytes: bytes)
  }
}
