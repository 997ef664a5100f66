/// Windows along one axis of an image, of one size, which may overlap, pass its ends or be interleaved.
package struct WindowAxis: Hashable, Sendable {
  /// The number of pixels in a window.
  package var size: Int
  /// For each window after the other, the image's rows or columns that it holds; -1 stands for zeros.
  package var positions: [Int32]
  /// For each position, the part of the image that it belongs to: pixels of one window that are of different parts do not
  /// see each other.
  package var parts: [Int32]

  /// - Parameter parts: nil if all is one part.
  package init(size: Int, positions: [Int32], parts: [Int32]? = nil) {
    precondition(
      size > 0 && positions.count % size == 0 && (parts ?? positions).count == positions.count,
      "\(positions.count) positions are not windows of \(size)")
    self.size = size
    self.positions = positions
    self.parts = parts ?? Array(repeating: 0, count: positions.count)
  }

  package var count: Int { positions.count / size }
}

/// The windows of images `[batch, height, width, …]`.
package struct WindowedImage: Hashable, Sendable {
  package var height: Int, width: Int
  package var rows: WindowAxis, columns: WindowAxis

  package init(height: Int, width: Int, rows: WindowAxis, columns: WindowAxis) {
    self.height = height
    self.width = width
    self.rows = rows
    self.columns = columns
  }

  /// The number of windows in an image, and of pixels in a window.
  package var count: Int { rows.count * columns.count }
  package var size: Int { rows.size * columns.size }
}

/// Attention of several heads within windows. Each window of the queries sees the one at the same place of the keys.
package struct AttentionGeometry: Hashable, Sendable {
  package var batch: Int, heads: Int, headChannels: Int
  /// Every pixel lies in one window of the queries.
  package var queries: WindowedImage, keys: WindowedImage
  /// The factor of products of queries and keys.
  package var scale: Float

  package init(
    batch: Int, heads: Int, headChannels: Int, queries: WindowedImage, keys: WindowedImage, scale: Float
  ) {
    self.batch = batch
    self.heads = heads
    self.headChannels = headChannels
    self.queries = queries
    self.keys = keys
    self.scale = scale
  }

  package var outputCount: Int { batch * queries.height * queries.width * heads * headChannels }
  package var biasCount: Int { heads * queries.size * keys.size }
}

/// Adjacent channels of images: those of all heads, one head after the other.
package struct ChannelRun: Sendable {
  package var values: Buffer
  /// The number of all channels, and the first of these.
  package var channels: Int, first: Int

  package init(_ values: Buffer, channels: Int, first: Int) {
    self.values = values
    self.channels = channels
    self.first = first
  }
}
