import Foundation
import Images
import Synchronization

/// A frame with the time at which it is shown, in units of its stream's time base.
struct TimedFrame: Sendable {
  var time: Int
  var image: Image
}

/// Has ffmpeg decode a part of a film, upright and in full-range RGB, ahead of whoever takes its frames.
final class FrameReader: Sendable {
  let layout: FrameLayout
  private let program: RunningProgram
  private let queue = FrameQueue<TimedFrame>()

  /// Times, in units of the time base.
  struct Span: Sendable {
    var first: Int
    /// Of the frame after the last; nil for all that follow.
    var end: Int?
    /// The same for what is decoded, which may be more.
    var decodedFirst: Int
    var decodedEnd: Int?
    /// Whether the first that is decoded is the film's first.
    var isFromStart: Bool
  }

  /// Throws `FilmError`.
  init(_ film: URL, _ description: FilmDescription, _ span: Span) throws {
    let (width, height) = (description.width, description.height)
    layout = FrameLayout(
      width: description.isTurned ? height : width, height: description.isTurned ? width : height,
      bitDepth: description.hasMoreThanEightBits ? .sixteen : .eight)
    // Half a unit before the frame, because seconds are rounded. Before the first, ffmpeg would lose it in some files.
    let seconds = (Double(span.decodedFirst) - 0.5) * description.timeBase.value
    let start = span.isFromStart ? [] : ["-ss", String(format: "%.9f", seconds)]
    let arguments =
      ["-nostdin", "-hide_banner", "-nostats", "-loglevel", "info", "-copyts", "-seek_timestamp", "1"]
      + start + ["-i", FFmpeg.argument(film), "-map", "0:V:0"]
      + ["-vf", Self.filters(description, layout, span), "-fps_mode", "passthrough"]
      + ["-f", "rawvideo", "-"]
    let times = FrameTimesAsTold()
    program = try RunningProgram(.ffmpeg, arguments, isRead: true) { times.take($0) }
    let thread = Thread { [program, layout, queue] in
      queue.finish(Result { try Self.read(program, layout, times, film, into: queue) })
    }
    thread.start()
  }

  deinit {
    queue.close()
    program.terminate()
  }

  /// The next frame; nil after the last one.
  func next() throws -> TimedFrame? { try queue.next() }

  private static func filters(
    _ description: FilmDescription, _ layout: FrameLayout, _ span: Span
  ) -> String {
    let colors = description.colors
    var filters: [String] = []
    if description.isInterlaced {
      let base = description.timeBase
      filters.append(trim(span.decodedFirst, span.decodedEnd))
      // The filter counts in halves.
      filters += ["bwdif=mode=send_frame", "settb=\(base.numerator)/\(base.denominator)"]
    }
    filters.append(trim(span.first, span.end))
    filters.append("showinfo=checksum=0")
    filters.append(
      "scale=in_color_matrix=\(ColorFilter.matrix(colors.matrix)):in_range=\(colors.isFullRange ? "pc" : "tv"):out_range=pc:"
        + "flags=\(ColorFilter.flags)")
    filters.append("format=\(layout.pixelFormat)")
    return filters.joined(separator: ",")
  }

  private static func trim(_ first: Int, _ end: Int?) -> String {
    "trim=start_pts=\(first)" + (end.map { ":end_pts=\($0)" } ?? "")
  }

  private static func read(
    _ program: RunningProgram, _ layout: FrameLayout, _ times: FrameTimesAsTold, _ film: URL,
    into queue: FrameQueue<TimedFrame>
  ) throws {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(layout.byteCount)
    while let part = try program.read(upTo: layout.byteCount - bytes.count) {
      bytes += part
      guard bytes.count == layout.byteCount else { continue }
      guard let time = times.next() else {
        throw FilmError.failed(path: film.relativePath, reason: "nothing of the times of its frames")
      }
      guard queue.append(TimedFrame(time: time, image: layout.image(bytes))) else { return }
      bytes.removeAll(keepingCapacity: true)
    }
    times.end()
    try program.finish(with: film)
  }
}

/// The times that ffmpeg's filter `showinfo` tells of the frames that pass it.
private final class FrameTimesAsTold: @unchecked Sendable {
  // Unchecked: `condition` guards every variable below it.
  private let condition = NSCondition()
  private var times: [Int] = []
  private var hasEnded = false

  /// How long a frame may have come before its time is told, in seconds.
  private static let patience = 60.0

  /// True for lines that tell nothing else.
  func take(_ line: Substring) -> Bool {
    guard line.hasPrefix("[Parsed_showinfo") else { return !line.contains(/[Ee]rror|[Ii]nvalid|No space/) }
    if let match = line.firstMatch(of: #/ pts: *(-?\d+) /#), let time = Int(match.1) {
      condition.withLock {
        times.append(time)
        condition.signal()
      }
    }
    return true
  }

  func end() {
    condition.withLock {
      hasEnded = true
      condition.signal()
    }
  }

  /// Nil if it is never told.
  func next() -> Int? {
    condition.withLock {
      while times.isEmpty && !hasEnded {
        guard condition.wait(until: Date(timeIntervalSinceNow: Self.patience)) else { return nil }
      }
      return times.isEmpty ? nil : times.removeFirst()
    }
  }
}
