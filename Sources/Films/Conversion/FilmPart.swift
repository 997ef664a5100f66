/// A part of a film.
public enum FilmPart: Sendable, Equatable {
  case whole
  /// By the frames' numbers, from 0.
  case frames(Range<Int>)
  /// So many seconds from the film's middle.
  case preview(seconds: Double)

  /// Throws `FilmError.unusableRange`.
  func frames(of source: FilmSource) throws(FilmError) -> Range<Int> {
    let times = source.times.times
    let range: Range<Int>
    switch self {
    case .whole: range = 0..<times.count
    case .frames(let frames): range = frames.clamped(to: 0..<times.count)
    case .preview(let seconds):
      let length = Int((seconds / source.description.timeBase.value).rounded())
      let latest = max(times[0], (times[0] + times[times.count - 1] - length) / 2)
      let start = times.firstIndex { $0 >= latest } ?? 0
      range = start..<(times.firstIndex { $0 >= times[start] + max(1, length) } ?? times.count)
    }
    guard !range.isEmpty else { throw .unusableRange(path: source.file.relativePath, frames: times.count) }
    return range
  }
}
