import Threads
import VectorKernels

/// Attention within windows, computed window by window and head by head, so that the scores of all pairs of pixels never
/// leave the caches.
struct WindowAttention {
  let geometry: AttentionGeometry
  let queries: ChannelRun, keys: ChannelRun, values: ChannelRun
  /// `[heads, pixels of a query window, pixels of a key window]`, added to the scores.
  let bias: UnsafePointer<Float>
  let output: UnsafeMutablePointer<Float>

  /// Queries whose scores are computed at a time.
  private static let bandRows = 64

  func run() {
    let kernels = InstructionSet.kernels
    let windows = geometry.queries.count
    ThreadPool.run(count: geometry.batch * windows) { index in
      let (image, window) = index.quotientAndRemainder(dividingBy: windows)
      attend(image: image, window: window, kernels)
    }
    withExtendedLifetime((queries.values, keys.values, values.values)) {}
  }

  private func attend(image: Int, window: Int, _ kernels: any VectorKernels) {
    let queryPixels = WindowPixels(geometry.queries, image: image, window: window)
    let keyPixels = WindowPixels(geometry.keys, image: image, window: window)
    let (size, seen, channels) = (geometry.queries.size, geometry.keys.size, geometry.headChannels)
    let isWhole = Set(queryPixels.parts).union(keyPixels.parts).count == 1
    let keyPanels = HostMemory(count: Panels.size(inner: channels, columns: seen))
    let valuePanels = HostMemory(count: Panels.size(inner: seen, columns: channels))
    let rows = min(size, Self.bandRows)
    let band = HostMemory(count: rows * (seen + 2 * channels))
    let scores = band.pointer, query = scores + rows * seen, sums = query + rows * channels
    for head in 0..<geometry.heads {
      packKeys(keyPixels, head: head, into: keyPanels.pointer)
      packValues(keyPixels, head: head, into: valuePanels.pointer)
      for start in stride(from: 0, to: size, by: rows) {
        let count = min(rows, size - start)
        read(queryPixels, from: start, count: count, head: head, into: query)
        multiply(query, rows: count, inner: channels, keyPanels, columns: seen, into: scores, kernels)
        if !isWhole { separate(scores, queryPixels, from: start, count: count, keyPixels) }
        let biases = bias + (head * size + start) * seen
        let totals = (0..<count).map {
          kernels.exponentiate(scores + $0 * seen, adding: biases + $0 * seen, count: seen)
        }
        multiply(scores, rows: count, inner: seen, valuePanels, columns: channels, into: sums, kernels)
        for row in 0..<count where queryPixels.places[start + row] >= 0 {
          let target = output + (queryPixels.places[start + row] * geometry.heads + head) * channels
          let share = 1 / totals[row]
          for channel in 0..<channels { target[channel] = sums[row * channels + channel] * share }
        }
      }
    }
    withExtendedLifetime((keyPanels, valuePanels, band)) {}
  }

  private func multiply(
    _ left: UnsafeMutablePointer<Float>, rows: Int, inner: Int, _ panels: HostMemory, columns: Int,
    into output: UnsafeMutablePointer<Float>, _ kernels: any VectorKernels
  ) {
    withUnsafePointer(to: 0) { start in
      kernels.multiply(
        PanelProduct(
          rows: rows, columns: columns, left: UnsafePointer(left), leftRow: inner, segments: start, segmentCount: 1,
          run: inner, right: UnsafePointer(panels.pointer), output: output, outputRow: columns))
    }
  }

  /// Queries times the scale, `[count, headChannels]`.
  private func read(
    _ pixels: WindowPixels, from start: Int, count: Int, head: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let channels = geometry.headChannels
    for row in 0..<count {
      let result = target + row * channels
      guard let source = queries.pointer(at: pixels.places[start + row], head: head, of: channels) else {
        result.update(repeating: 0, count: channels)
        continue
      }
      for channel in 0..<channels { result[channel] = source[channel] * geometry.scale }
    }
  }

  /// The keys as a product's right side, with a column for each pixel.
  private func packKeys(_ pixels: WindowPixels, head: Int, into target: UnsafeMutablePointer<Float>) {
    let (channels, count) = (geometry.headChannels, pixels.places.count)
    for panel in 0..<Panels.count(columns: count) {
      let width = Panels.width(of: panel, columns: count)
      let start = target + panel * Panels.width * channels
      for column in 0..<width {
        let pixel = panel * Panels.width + column
        let source =
          pixel < count ? keys.pointer(at: pixels.places[pixel], head: head, of: channels) : nil
        if let source {
          for channel in 0..<channels { start[channel &* width &+ column] = source[channel] }
        } else {
          for channel in 0..<channels { start[channel &* width &+ column] = 0 }
        }
      }
    }
  }

  /// The values as a product's right side, with a row for each pixel.
  private func packValues(_ pixels: WindowPixels, head: Int, into target: UnsafeMutablePointer<Float>) {
    let (channels, count) = (geometry.headChannels, pixels.places.count)
    for panel in 0..<Panels.count(columns: channels) {
      let width = Panels.width(of: panel, columns: channels)
      let first = panel * Panels.width
      let used = min(width, channels - first)
      let start = target + first * count
      for pixel in 0..<count {
        let row = start + pixel * width
        guard let source = values.pointer(at: pixels.places[pixel], head: head, of: channels) else {
          row.update(repeating: 0, count: width)
          continue
        }
        row.update(from: source + first, count: used)
        if used < width { (row + used).update(repeating: 0, count: width - used) }
      }
    }
  }

  /// Takes keys of other parts of the image from sight.
  private func separate(
    _ scores: UnsafeMutablePointer<Float>, _ queryPixels: WindowPixels, from start: Int, count: Int,
    _ keyPixels: WindowPixels
  ) {
    let seen = keyPixels.places.count
    for row in 0..<count {
      let part = queryPixels.parts[start + row]
      for pixel in 0..<seen where keyPixels.parts[pixel] != part { scores[row * seen + pixel] = -.infinity }
    }
  }
}

extension ChannelRun {
  /// A head's channels of a pixel; nil for zeros.
  fileprivate func pointer(at place: Int, head: Int, of headChannels: Int) -> UnsafePointer<Float>? {
    place < 0 ? nil : UnsafePointer(memory + place * channels + first + head * headChannels)
  }

  private var memory: UnsafeMutablePointer<Float> { values.pointer }
}

/// The pixels of one window.
private struct WindowPixels {
  /// Their places in all images, in rows; -1 for zeros.
  let places: [Int]
  let parts: [Int64]

  init(_ image: WindowedImage, image index: Int, window: Int) {
    let (row, column) = window.quotientAndRemainder(dividingBy: image.columns.count)
    var places: [Int] = []
    var parts: [Int64] = []
    places.reserveCapacity(image.size)
    parts.reserveCapacity(image.size)
    for y in row * image.rows.size..<(row + 1) * image.rows.size {
      for x in column * image.columns.size..<(column + 1) * image.columns.size {
        let (y0, x0) = (Int(image.rows.positions[y]), Int(image.columns.positions[x]))
        places.append(y0 < 0 || x0 < 0 ? -1 : (index * image.height + y0) * image.width + x0)
        parts.append(Int64(image.rows.parts[y]) << 32 | Int64(image.columns.parts[x]))
      }
    }
    (self.places, self.parts) = (places, parts)
  }
}
