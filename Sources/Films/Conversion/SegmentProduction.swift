import Files
import Foundation
import Images
import Pipelines

/// Makes segment after segment, until this process and others have made all.
struct SegmentProduction {
  let source: FilmSource
  let encoding: FilmEncoding
  let plan: FilmPlan
  let isBesideItself: Bool
  let work: FilmWork

  /// Seconds between two looks at what other processes have made.
  private static let pause = 0.2

  /// False if it was stopped.
  func run(
    shouldStop: () -> Bool, report: (FilmEvent) -> Void, compute: (Image, any ImageSink) throws -> Void
  ) throws -> Bool {
    while work.exists {
      let finished = Set(work.finished.map(\.index))
      let missing = (0..<plan.segmentCount).filter { !finished.contains($0) }
      if missing.isEmpty { return true }
      guard let segment = missing.first(where: work.claim) else {
        if shouldStop() { return false }
        Thread.sleep(forTimeInterval: Self.pause)
        continue
      }
      defer { work.release(segment) }
      // Another process may have made it just before it was claimed.
      guard !work.finished.contains(where: { $0.index == segment }) else { continue }
      work.removeLeftovers(of: "\(segment)")
      let done = work.finishedFrames
      let isDone = try make(segment, shouldStop: shouldStop, compute: compute) { report(.advanced(frames: done + $0)) }
      guard isDone else { return false }
    }
    return true
  }

  /// - Parameter advance: called with the number of frames made.
  private func make(
    _ index: Int, shouldStop: () -> Bool, compute: (Image, any ImageSink) throws -> Void, advance: (Int) -> Void
  ) throws -> Bool {
    let reader = try source.reader(of: plan.frames(ofSegment: index))
    let file = work.unfinished(index)
    var writer: FrameWriter?
    var layout = reader.layout
    var (count, first) = (0, source.times.times[plan.frames(ofSegment: index).lowerBound])
    while let frame = try reader.next() {
      if shouldStop() {
        writer = nil
        try? FileManager.default.removeItem(at: file)
        return false
      }
      let image = reader.layout.image(frame.bytes)
      let canvas = ImageCanvas()
      try compute(image, canvas)
      let result = isBesideItself ? image.beside(canvas.image) : canvas.image
      if count == 0 {
        layout = FrameLayout(width: result.width, height: result.height, bitDepth: reader.layout.bitDepth)
        first = frame.time
        writer = try FrameWriter(
          to: file, layout, of: source.description, origin: source.times.times[plan.frames.lowerBound],
          encoding: encoding)
      }
      guard result.width == layout.width, result.height == layout.height else {
        throw FilmError.changedSize(
          path: source.file.relativePath, frame: plan.frames(ofSegment: index).lowerBound + count)
      }
      try writer?.append(layout.bytes(result), at: frame.time)
      count += 1
      advance(count)
    }
    try writer?.finish()
    try work.finish(FilmWork.Segment(index: index, count: count, first: first, in: work.folder))
    return true
  }
}

extension Image {
  /// This one, enlarged to another's size, to the left of the other.
  fileprivate func beside(_ other: Image) -> Image {
    let left = resized(toWidth: other.width, height: other.height, filter: .bicubic)
    let (channels, count) = (other.colorChannels, other.width * other.colorChannels)
    let (first, second) = (channels == 1 ? left.grayscale() : left, other.withoutAlpha())
    var pixels: [Float] = []
    for row in 0..<other.height {
      let range = row * count..<(row + 1) * count
      pixels += first.pixels[range] + second.pixels[range]
    }
    return Image(width: 2 * other.width, height: other.height, channels: channels, pixels: pixels, bitDepth: bitDepth)
  }
}
