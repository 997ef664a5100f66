import Foundation

/// A film that is read.
struct FilmSource: Sendable {
  let file: URL
  let description: FilmDescription
  let times: FrameTimes

  /// Frames before and after, which deinterlacing looks at.
  private static let neighbors = 2

  /// Throws `FilmError`.
  init(_ file: URL) throws {
    self.file = file
    description = try FilmDescription(of: file)
    times = try FrameTimes(of: file)
  }

  /// Reads some of its frames, by their numbers. Throws `FilmError`.
  func reader(of frames: Range<Int>) throws -> FrameReader {
    func time(_ frame: Int) -> Int? { frame < times.times.count ? times.times[frame] : nil }
    let seen = description.isInterlaced ? Self.neighbors : 0
    return try FrameReader(
      file, description,
      FrameReader.Span(
        first: times.times[frames.lowerBound], end: time(frames.upperBound),
        decodedFirst: times.times[max(0, frames.lowerBound - seen)], decodedEnd: time(frames.upperBound + seen),
        isFromStart: frames.lowerBound <= seen))
  }

  /// What is worth knowing before a long computation.
  func notices(for encoding: FilmEncoding) -> [String] {
    var notices: [String] = []
    if description.colors.isGuessed {
      notices.append("does not say how its colours are stored: taken for \(description.colors.matrix), as players do")
    }
    if description.isInterlaced { notices.append("is interlaced: its fields are put together, frame by frame") }
    if description.hasAlpha { notices.append("has transparency, which is left out") }
    if ["smpte2084", "arib-std-b67"].contains(description.colors.transfer ?? "") {
      notices.append("is of high dynamic range, which networks for photographs do not know: look at a part of it first")
    }
    let container = encoding.container
    let recoded = description.sounds.map(\.codec).filter { !container.holds(sound: $0) }
    if !recoded.isEmpty {
      notices.append(
        "has sound in \(recoded.joined(separator: ", ")), which \(container.rawValue) files cannot have: it becomes "
          + container.soundEncoder)
    }
    let lost = description.subtitles.filter { container.subtitles($0) == nil }
    if !lost.isEmpty {
      notices.append(
        "has subtitles in \(lost.joined(separator: ", ")), which \(container.rawValue) files cannot have: left out")
    }
    return notices
  }
}
