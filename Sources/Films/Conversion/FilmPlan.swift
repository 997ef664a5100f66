import Files

/// What a film's segments are of: with another plan they are of no use.
struct FilmPlan: Codable, Sendable, Equatable {
  var film: FileStamp?
  var identity: String
  var encoding: FilmEncoding
  var frames: Range<Int>
  var isBesideItself: Bool
  var steadiness: Steadiness?

  /// Frames in a segment: what is lost when a computation is killed.
  static let segmentLength = 48

  var segmentCount: Int { (frames.count + Self.segmentLength - 1) / Self.segmentLength }

  /// The frames of a segment.
  func frames(ofSegment index: Int) -> Range<Int> {
    let start = frames.lowerBound + index * Self.segmentLength
    return start..<min(start + Self.segmentLength, frames.upperBound)
  }

  /// The frames that are computed for a segment: what is carried over begins anew some frames before it, so that a segment
  /// does not depend on who has made the one before.
  func computedFrames(ofSegment index: Int) -> Range<Int> {
    let own = frames(ofSegment: index)
    return max(frames.lowerBound, own.lowerBound - (steadiness?.framesBefore ?? 0))..<own.upperBound
  }
}
