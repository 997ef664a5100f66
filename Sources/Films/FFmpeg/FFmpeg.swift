import Files
import Foundation

/// The programs that decode and encode films, of the package of that name.
enum FFmpeg: String, Sendable {
  case ffmpeg, ffprobe

  /// Finds the program on `PATH`. Throws `FilmError.noProgram`.
  func executable() throws(FilmError) -> URL {
    guard let found = ProgramOnPath.find(rawValue) else { throw .noProgram(rawValue) }
    return found
  }

  /// A path as an argument: programs take what is before a colon for a protocol, and a leading hyphen for an option.
  static func argument(_ file: URL) -> String { "file:\(file.path)" }

  /// Of ffmpeg: 5 for "ffmpeg version 5.1.9"; what was built between versions counts as the newest.
  static func majorVersion() throws -> Int {
    try version().firstMatch(of: /version n?(\d+)/).flatMap { Int($0.1) } ?? Int.max
  }

  /// What ffmpeg says of itself, which begins with its version.
  static func version() throws -> String {
    String(decoding: try FFmpeg.ffmpeg.output(["-version"], of: URL(filePath: "ffmpeg")), as: UTF8.self)
  }

  /// Runs the program to its end, and returns what it wrote. Throws `FilmError`.
  func output(_ arguments: [String], of file: URL) throws -> Data {
    let running = try RunningProgram(self, arguments, isRead: true)
    var output = Data()
    while let part = try running.read(upTo: 1 << 20) { output += part }
    try running.finish(with: file)
    return output
  }
}
