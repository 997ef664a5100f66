import Foundation

/// A segment whose frames are all computed, and perhaps not yet encoded.
struct MadeSegment: Sendable {
  var segment: FilmWork.Segment
  let file: URL
  /// Nil if it has no frames.
  var writer: FrameWriter?
}

/// A segment that gets its name on another thread, once it is encoded; then it is no longer claimed.
final class EndingSegment: Sendable {
  let index: Int
  /// Has no elements, only the end.
  private let outcome = FrameQueue<Never>()

  init(_ made: MadeSegment, _ work: FilmWork) {
    index = made.segment.index
    let thread = Thread { [outcome, index] in
      outcome.finish(
        Result {
          defer { work.release(index) }
          try made.writer?.finish()
          try work.finish(made.segment)
        })
    }
    thread.start()
  }

  /// Throws what went wrong. It may be called again.
  func wait() throws { _ = try outcome.next() }
}
