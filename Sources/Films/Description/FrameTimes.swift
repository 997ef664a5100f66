import Foundation

/// When each of a film's frames is shown, in the order in which they are: in units of the stream's time base.
struct FrameTimes: Sendable, Equatable, Codable {
  var times: [Int]

  /// Reads the packets' times, which takes no decoding; where packets have none, decodes the film. Throws `FilmError`.
  init(of film: URL) throws {
    let packets = try Self.read("packet=pts,flags", of: film)
    times = try packets ?? Self.read("frame=best_effort_timestamp", of: film) ?? []
    // Frames that are shown at the same time cannot be told apart, and a decoder passes on one of them.
    times = Array(Set(times)).sorted()
    guard !times.isEmpty else { throw FilmError.noFrames(path: film.relativePath) }
  }

  /// Nil if a value is missing.
  private static func read(_ entry: String, of film: URL) throws -> [Int]? {
    let arguments = [
      "-v", "error", "-of", "csv=p=0", "-select_streams", "V:0", "-show_entries", entry, FFmpeg.argument(film),
    ]
    let text = String(decoding: try FFmpeg.ffprobe.output(arguments, of: film), as: UTF8.self)
    var times: [Int] = []
    for line in text.split(whereSeparator: \.isNewline) {
      // Some are there only for others to be decoded from, as where a film was cut without coding it again.
      if line.split(separator: ",").dropFirst().first?.contains("D") == true { continue }
      guard let time = Int(line.prefix { $0 != "," }) else { return nil }
      times.append(time)
    }
    return times.isEmpty ? nil : times
  }

  /// Whether the frames follow one another at one rate, but for rounding to the time base.
  var isSteady: Bool {
    guard times.count > 2 else { return true }
    let step = Double(times[times.count - 1] - times[0]) / Double(times.count - 1)
    return times.enumerated().allSatisfy { abs(Double($1 - times[0]) - Double($0) * step) <= 1.5 }
  }
}
