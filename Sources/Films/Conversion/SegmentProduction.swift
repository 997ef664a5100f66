import Files
import Foundation
import Images
import Pipelines

/// Makes segment after segment, until this process and others have made all.
struct SegmentProduction {
  let source: FilmSource
  let encoding: FilmEncoding
  let plan: FilmPlan
  let work: FilmWork

  /// Seconds between two looks at what other processes have made.
  private static let pause = 0.2

  /// False if it was stopped.
  func run(
    shouldStop: () -> Bool, report: (FilmEvent) -> Void,
    compute: (Image, any ImageSink) throws -> Void
  ) throws -> Bool {
    // Encoders hold many frames back, which they work off while the next segment is computed.
    var last: EndingSegment?
    defer { try? last?.wait() }
    while work.exists {
      let known = Set(work.finished.map(\.index) + [last?.index].compactMap { $0 })
      let missing = (0..<plan.segmentCount).filter { !known.contains($0) }
      guard let index = missing.first(where: work.claim) else {
        try last?.wait()
        last = nil
        if missing.isEmpty { return true }
        if shouldStop() { return false }
        Thread.sleep(forTimeInterval: Self.pause)
        continue
      }
      // Another process may have made it just before it was claimed.
      guard !work.finished.contains(where: { $0.index == index }) else {
        work.release(index)
        continue
      }
      let made: MadeSegment?
      do {
        work.removeLeftovers(of: "\(index)")
        let done = work.finishedFrames + (last.map { plan.frames(ofSegment: $0.index).count } ?? 0)
        made = try make(index, shouldStop: shouldStop, compute: compute) {
          report(.advanced(frames: done + $0))
        }
      } catch {
        work.release(index)
        throw error
      }
      guard let made else {
        work.release(index)
        return false
      }
      try last?.wait()
      last = EndingSegment(made, work)
    }
    return true
  }

  /// Nil if it was stopped.
  ///
  /// - Parameter advance: called with the number of frames made.
  private func make(
    _ index: Int, shouldStop: () -> Bool, compute: (Image, any ImageSink) throws -> Void,
    advance: (Int) -> Void
  ) throws -> MadeSegment? {
    let frames = plan.frames(ofSegment: index)
    let reader = try source.reader(of: plan.computedFrames(ofSegment: index))
    var steady = plan.steadiness.map { SteadyFrames($0) }
    var made = MadeSegment(
      segment: FilmWork.Segment(index: index, count: 0, first: source.times.times[frames.lowerBound], in: work.folder),
      file: work.unfinished(index))
    while let frame = try reader.next() {
      if shouldStop() {
        made.writer = nil
        try? FileManager.default.removeItem(at: made.file)
        return nil
      }
      let canvas = ImageCanvas()
      try compute(frame.image, canvas)
      let result = steady?.steadied(canvas.image, of: frame.image) ?? canvas.image
      guard frame.time >= source.times.times[frames.lowerBound] else { continue }
      var picture = plan.isBesideItself ? frame.image.beside(result) : result
      picture.bitDepth = reader.layout.bitDepth
      try add(picture, at: frame.time, to: &made)
      advance(made.segment.count)
    }
    return made
  }

  private func add(_ result: Image, at time: Int, to made: inout MadeSegment) throws {
    let index = made.segment.index
    if made.writer == nil {
      let layout = FrameLayout(width: result.width, height: result.height, bitDepth: result.bitDepth)
      made.segment = FilmWork.Segment(index: index, count: 0, first: time, in: work.folder)
      made.writer = try FrameWriter(
        to: made.file, layout, of: source.description, origin: source.times.times[plan.frames.lowerBound],
        encoding: encoding)
    }
    guard result.width == made.writer?.layout.width, result.height == made.writer?.layout.height else {
      throw FilmError.changedSize(
        path: source.file.relativePath, frame: plan.frames(ofSegment: index).lowerBound + made.segment.count)
    }
    try made.writer?.append(result, at: time)
    made.segment = FilmWork.Segment(
      index: index, count: made.segment.count + 1, first: made.segment.first, in: work.folder)
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
