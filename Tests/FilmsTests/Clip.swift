import Foundation
import TestSupport

/// Films made by ffmpeg's own generators, and what ffprobe says of any.
enum Clip {
  static let hasFFmpeg = run("ffmpeg", ["-version"]) != nil
  static let skipReason = "ffmpeg is not installed"

  /// A moving test picture of 64x48 pixels with a tone, unless the arguments say otherwise.
  ///
  /// - Parameters:
  ///   - filters: of the pictures.
  ///   - arguments: how to encode both.
  static func make(
    _ name: String, in folder: TemporaryFolder, rate: String = "25", seconds: Double = 2, filters: String = "null",
    _ arguments: [String] = []
  ) throws -> URL {
    let file = folder.url.appending(path: name)
    let inputs = [
      "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=\(rate):duration=\(seconds)", "-f", "lavfi", "-i",
      "sine=duration=\(seconds)",
    ]
    let all = ["-v", "error", "-y"] + inputs + ["-vf", filters, "-fps_mode", "passthrough"] + arguments + [file.path]
    guard run("ffmpeg", all) != nil else { throw CocoaError(.fileWriteUnknown) }
    return file
  }

  /// The times of all frames, in the stream's time base.
  static func times(_ file: URL) -> [Int] {
    let text = probe(file, ["-select_streams", "v:0", "-show_entries", "packet=pts"])
    return text.split(whereSeparator: \.isNewline).compactMap { Int($0.prefix { $0 != "," }) }.sorted()
  }

  /// What ffprobe says of an entry, such as "stream=time_base".
  static func value(_ entry: String, of file: URL, stream: String = "v:0") -> String {
    // A comma follows where a stream has side data that were not asked for.
    probe(file, ["-select_streams", stream, "-show_entries", entry])
      .trimmingCharacters(in: .whitespacesAndNewlines.union(CharacterSet(charactersIn: ",")))
  }

  private static func probe(_ file: URL, _ arguments: [String]) -> String {
    run("ffprobe", ["-v", "error", "-of", "csv=p=0"] + arguments + [file.path])
      .map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// A hash of all packets of a stream, as they lie in the file.
  static func hash(_ file: URL, stream: String) -> String {
    run("ffmpeg", ["-v", "error", "-i", file.path, "-map", "0:\(stream)", "-c", "copy", "-f", "streamhash", "-"])
      .map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The frames as 8-bit RGB, one after another.
  static func frames(_ file: URL, _ arguments: [String] = []) -> [UInt8] {
    let flags = "scale=flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact"
    let all =
      ["-v", "error"] + arguments + ["-i", file.path, "-map", "0:v:0", "-vf", flags, "-fps_mode", "passthrough"]
    return run("ffmpeg", all + ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]).map { Array($0) } ?? []
  }

  /// What a program wrote; nil if it failed.
  @discardableResult
  static func run(_ program: String, _ arguments: [String]) -> Data? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? data : nil
  }
}
