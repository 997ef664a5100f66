import Files
import Foundation

/// Joins segments without encoding them again, and adds the film's sound and the rest.
struct FilmJoining {
  let source: FilmSource
  let encoding: FilmEncoding
  let plan: FilmPlan
  let part: FilmPart
  let work: FilmWork

  private var description: FilmDescription { source.description }

  /// Returns the number of frames. Throws `FilmError` or `FileError`.
  func run(_ segments: [FilmWork.Segment], to output: URL) throws -> Int {
    let segments = segments.filter { $0.count > 0 }
    let count = segments.reduce(0) { $0 + $1.count }
    guard count > 0 else { throw FilmError.noFrames(path: source.file.relativePath) }
    let list = work.folder.appending(path: "segments.txt")
    try AtomicFile.write(Data(text(segments).utf8), to: list)
    // On the result's file system, so that it only needs renaming.
    let joined = work.unfinished("joined")
    let program = try RunningProgram(.ffmpeg, try arguments(list, joined))
    try program.finish(with: output)
    if encoding.container.hasTimes {
      let found = try FrameTimes(of: joined).times.count
      guard found == count else { throw FilmError.incomplete(path: output.relativePath, found: found, expected: count) }
    }
    let descriptor = open(joined.path, O_RDWR | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, fsync(descriptor) == 0, rename(joined.path, output.path) == 0 else {
      throw FileError.writing(output.relativePath, errno)
    }
    return count
  }

  /// What ffmpeg's `concat` reads. Each segment lasts until the next one begins.
  private func text(_ segments: [FilmWork.Segment]) -> String {
    let origin = source.times.times[plan.frames.lowerBound]
    let starts = segments.map { Int((1e6 * Double($0.first - origin) * description.timeBase.value).rounded()) }
    var lines = ["ffconcat version 1.0"]
    for (index, segment) in segments.enumerated() {
      lines.append("file '\(segment.file.lastPathComponent)'")
      if index + 1 < segments.count { lines.append("duration \(starts[index + 1] - starts[index])us") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func arguments(_ list: URL, _ result: URL) throws -> [String] {
    let container = encoding.container
    let base = description.timeBase.value
    let start = Double(source.times.times[plan.frames.lowerBound]) * base
    func seconds(_ value: Double) -> String { String(format: "%.6f", value) }
    // A part begins at 0, the whole film where it began.
    let (shift, offset) = part == .whole ? (0, start) : (start, 0)
    var arguments = ["-nostdin", "-hide_banner", "-nostats", "-loglevel", "error", "-y", "-copyts"]
    let turns = container.keepsRotation && description.rotation != 0
    // How a film is turned is told otherwise from ffmpeg 6 on.
    let isRecent = turns ? try FFmpeg.majorVersion() >= 6 : true
    if turns, isRecent { arguments += ["-display_rotation:v:0", String(description.rotation)] }
    arguments += ["-itsoffset", seconds(offset), "-f", "concat", "-i", FFmpeg.argument(list)]
    if part != .whole {
      let times = source.times.times
      let end = plan.frames.upperBound < times.count ? Double(times[plan.frames.upperBound]) * base : nil
      arguments += ["-itsoffset", seconds(-shift), "-seek_timestamp", "1", "-ss", seconds(start)]
      if let end { arguments += ["-t", seconds(end - start)] }
    }
    arguments += ["-i", FFmpeg.argument(source.file), "-map", "0:V:0", "-c:v", "copy"]
    arguments += ["-map_metadata:s:v:0", "1:s:v:0"]
    if turns, !isRecent {
      arguments += ["-metadata:s:v:0", "rotate=\((360 + description.rotation) % 360)"]
    }
    for (index, sound) in description.sounds.enumerated() {
      let isCopied = container.holds(sound: sound.codec)
      arguments += ["-map", "1:a:\(index)", "-c:a:\(index)", isCopied ? "copy" : container.soundEncoder]
    }
    var kept = 0
    for (index, subtitles) in description.subtitles.enumerated() {
      guard let codec = container.subtitles(subtitles) else { continue }
      arguments += ["-map", "1:s:\(index)", "-c:s:\(kept)", codec]
      kept += 1
    }
    // What was in the file before the part is copied, too, unless this is said.
    if part != .whole { arguments += ["-copypriorss", "0"] }
    // In Matroska's files, what lies before time 0 is what a decoder of sound leaves out: nothing has to be moved for it.
    let family = [FilmContainer.mkv, .webm]
    if family.contains(container), family.map(\.rawValue).contains(source.file.pathExtension.lowercased()) {
      arguments += ["-avoid_negative_ts", "disabled"]
    }
    if container == .mkv { arguments += ["-map", "1:t?", "-c:t", "copy"] }
    // Without random identifiers in Matroska's files.
    arguments += ["-fflags", "+bitexact"]
    arguments += ["-map_metadata", "1", "-map_chapters", part == .whole ? "1" : "-1"]
    return arguments + container.arguments(encoding.codec, description.timeBase) + [FFmpeg.argument(result)]
  }
}
