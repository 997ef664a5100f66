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
  func image(_ name: String, make: () throws -> Image) rethrows -> Image {
    if let entry = contents.withLock({ $0.entries[name] }) { return Self.image(entry) }
    let image = try make()
    let entry = Entry(width: image.width, height: image.height, channels: image.channels, bytes: image.bytes())
    contents.withLock { contents in
      guard contents.entries[name] == nil, entry.bytes.count <= contents.bytesLeft else { return }
      contents.bytesLeft -= entry.bytes.count
      contents.entries[name] = entry
    }
    return Self.image(entry)
  }

  private static func image(_ entry: Entry) -> Image {
    Image(width: entry.width, height: entry.height, channels: entry.channels, bytes: entry.bytes)
  }
}
