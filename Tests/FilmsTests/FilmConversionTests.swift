import Films
import Foundation
import Images
import Pipelines
import TestSupport
import Testing

@Suite(.enabled(if: Clip.hasFFmpeg, Comment(rawValue: Clip.skipReason)))
struct FilmConversionTests {
  /// Passes frames on.
  private static func same(_ image: Image, _ sink: any ImageSink) throws { try sink.write(image) }

  private func convert(
    _ film: URL, to output: URL, compute: (Image, any ImageSink) throws -> Void = same,
    with change: (inout FilmConversion) -> Void = { _ in }
  ) throws -> FilmConversion.Outcome {
    var conversion = FilmConversion()
    change(&conversion)
    return try conversion.run(film, to: output, identity: "test", compute: compute)
  }

  /// That no file of a conversion is left in a folder but those named.
  private func expectOnly(_ names: Set<String>, in folder: TemporaryFolder) throws {
    #expect(Set(try FileManager.default.contentsOfDirectory(atPath: folder.url.path)) == names)
  }

  @Test(arguments: [
    ("a.mp4", "24000/1001", ["-c:v", "libx264", "-g", "20", "-c:a", "aac"], "b.mp4"),
    ("a.mkv", "25", ["-c:v", "libx264", "-bf", "3", "-c:a", "flac"], "b.mkv"),
    ("a.mov", "30000/1001", ["-c:v", "libx264", "-c:a", "pcm_s16le"], "b.mov"),
    ("a.webm", "50", ["-c:v", "libvpx-vp9", "-cpu-used", "8", "-c:a", "libopus"], "b.webm"),
    ("a.avi", "25", ["-c:v", "mpeg4", "-c:a", "mp3"], "b.avi"),
    ("a.mp4", "25", ["-c:v", "libx264", "-c:a", "aac"], "b.mkv"),
  ])
  func framesTimesAndSoundAreThoseOfTheFilm(name: String, rate: String, arguments: [String], result: String) throws {
    let folder = try TemporaryFolder()
    let film = try Clip.make(name, in: folder, rate: rate, seconds: 2.5, arguments)
    let output = folder.url.appending(path: result)
    let count = Clip.frames(film).count / (64 * 48 * 3)
    #expect(count > 50)  // more than one segment
    #expect(try convert(film, to: output) == .done(frames: count))
    try expectOnly([name, result], in: folder)
    #expect(Clip.frames(output).count == Clip.frames(film).count)
    if name != "a.avi", film.pathExtension == output.pathExtension { #expect(Clip.times(output) == Clip.times(film)) }
    #expect(Clip.value("stream=r_frame_rate", of: output) == Clip.value("stream=r_frame_rate", of: film))
    #expect(Clip.hash(output, stream: "a:0") == Clip.hash(film, stream: "a:0"))
    #expect(!Clip.hash(film, stream: "a:0").isEmpty)
  }

  @Test func timesMayBeUneven() throws {
    let folder = try TemporaryFolder()
    let film = try Clip.make(
      "a.mp4", in: folder, rate: "30000/1001", seconds: 4, filters: "select='not(eq(mod(n,5),2))'", ["-c:v", "libx264"])
    let output = folder.url.appending(path: "b.mp4")
    #expect(try convert(film, to: output) == .done(frames: 96))
    let times = Clip.times(output)
    #expect(times == Clip.times(film) && Set(zip(times, times.dropFirst()).map { $1 - $0 }).count == 2)
    let refused = #expect(throws: FilmError.self) { try convert(film, to: folder.url.appending(path: "b.avi")) }
    #expect("\(try #require(refused))".contains("do not follow one another at one rate"))
  }

  @Test func framesAreExactWhereNothingIsLost() throws {
    let folder = try TemporaryFolder()
    for format in ["yuv444p", "yuv420p"] {
      let film = try Clip.make("a-\(format).mkv", in: folder, ["-c:v", "ffv1", "-pix_fmt", format])
      let output = folder.url.appending(path: "b-\(format).mkv")
      // In the opposite colours, so that what comes out is not what went in.
      _ = try convert(film, to: output, compute: { try $1.write($0.invertedColors) }, with: { $0.codec = .ffv1 })
      let largest = zip(Clip.frames(film), Clip.frames(output)).map { abs(255 - Int($0) - Int($1)) }
      #expect(largest.count == 50 * 64 * 48 * 3)
      // With half as many colours, those of neighbours are mixed anew; lightness is not.
      let sum = largest.reduce(0, +)
      #expect(
        format == "yuv444p" ? largest.max()! <= 2 : sum < largest.count * 6, "\(format): \(largest.max()!), \(sum)")
    }
  }

  @Test func turnedFilmsAreComputedUprightAndStayTurned() throws {
    let folder = try TemporaryFolder()
    let plain = try Clip.make("plain.mp4", in: folder, ["-c:v", "libx264", "-pix_fmt", "yuv444p"])
    let film = folder.url.appending(path: "turned.mp4")
    let turned = ["-v", "error", "-i", plain.path, "-c", "copy", "-metadata:s:v:0", "rotate=90", film.path]
    try #require(Clip.run("ffmpeg", turned) != nil)
    let rotation = Clip.value("stream_side_data=rotation", of: film)
    try #require(["90", "-90"].contains(rotation), "this ffmpeg writes rotations otherwise")
    for name in ["b.mp4", "b.mkv"] {
      let output = folder.url.appending(path: name)
      _ = try convert(film, to: output) { image, sink in
        #expect(image.width == 48 && image.height == 64)
        try sink.write(image)
      }
      let isKept = name == "b.mp4"
      #expect(Clip.value("stream_side_data=rotation", of: output) == (isKept ? rotation : ""))
      #expect(Clip.value("stream=width,height", of: output) == (isKept ? "64,48" : "48,64"))
      // As players show both.
      let difference = zip(Clip.frames(film), Clip.frames(output)).map { abs(Int($0) - Int($1)) }
      #expect(difference.count == 50 * 64 * 48 * 3 && difference.reduce(0, +) / difference.count < 4)
    }
  }

  @Test func colorsAreToldAsTheyWere() throws {
    let folder = try TemporaryFolder()
    let tags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
    let film = try Clip.make("a.mp4", in: folder, ["-c:v", "libx264"] + tags)
    let entry = "stream=color_space,color_primaries,color_transfer,color_range"
    let output = folder.url.appending(path: "b.mp4")
    _ = try convert(film, to: output)
    #expect(Clip.value(entry, of: output) == "tv,bt709,bt709,bt709")
    let deep = try Clip.make(
      "c.mkv", in: folder, ["-c:v", "libx265", "-x265-params", "log-level=error", "-pix_fmt", "yuv420p10le"])
    let result = folder.url.appending(path: "d.mkv")
    var depths: Set<Int> = []
    _ = try convert(deep, to: result) { image, sink in
      depths.insert(image.bitDepth.rawValue)
      try sink.write(image)
    }
    #expect(depths == [16] && Clip.value("stream=pix_fmt", of: result) == "yuv420p10le")
  }

  @Test func aStoppedConversionGoesOnToTheSameBytes() throws {
    let folder = try TemporaryFolder()
    let film = try Clip.make("a.mp4", in: folder, seconds: 6, ["-c:v", "libx264", "-c:a", "aac"])
    let whole = folder.url.appending(path: "whole.mp4")
    #expect(try convert(film, to: whole) == .done(frames: 150))
    let output = folder.url.appending(path: "again.mp4")
    var (computed, stops) = (0, 0)
    while true {
      var own = 0
      let outcome = try FilmConversion().run(film, to: output, identity: "test", shouldStop: { own == 55 }) {
        image, sink in
        own += 1
        try sink.write(image)
      }
      computed += own
      guard case .stopped = outcome else { break }
      stops += 1
      #expect(!FileManager.default.fileExists(atPath: output.path))
    }
    #expect(stops >= 2 && computed < 150 + 48 * stops)
    #expect(try Data(contentsOf: output) == Data(contentsOf: whole))
    #expect(try convert(film, to: output) == .skipped)
    // Segments of another computation are of no use.
    let stopped = try FilmConversion().run(
      film, to: folder.url.appending(path: "c.mp4"), identity: "a", shouldStop: { true }
    ) {
      try $1.write($0)
    }
    #expect(stopped == .stopped(frames: 0))
    var second = 0
    _ = try FilmConversion().run(film, to: folder.url.appending(path: "c.mp4"), identity: "b") {
      second += 1
      try $1.write($0)
    }
    #expect(second == 150)
  }

  @Test func severalShareAFilm() async throws {
    let folder = try TemporaryFolder()
    let film = try Clip.make("a.mp4", in: folder, seconds: 8, ["-c:v", "libx264", "-c:a", "aac"])
    let alone = folder.url.appending(path: "alone.mp4")
    _ = try convert(film, to: alone)
    let output = folder.url.appending(path: "shared.mp4")
    let counts = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<2 {
        group.addTask {
          await withCheckedContinuation { continuation in
            Thread.detachNewThread {
              var count = 0
              _ = try? FilmConversion().run(film, to: output, identity: "test") { image, sink in
                count += 1
                Thread.sleep(forTimeInterval: 0.01)
                try sink.write(image)
              }
              continuation.resume(returning: count)
            }
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(counts.reduce(0, +) == 200 && counts.allSatisfy { $0 > 0 }, "\(counts)")
    #expect(try Data(contentsOf: output) == Data(contentsOf: alone))
  }

  @Test func partsAndPreviews() throws {
    let folder = try TemporaryFolder()
    let film = try Clip.make(
      "a.mp4", in: folder, seconds: 4, ["-c:v", "libx264", "-pix_fmt", "yuv444p", "-g", "40", "-c:a", "aac"])
    let output = folder.url.appending(path: "b.mkv")
    let all = Clip.frames(film)
    #expect(
      try convert(film, to: output, with: { ($0.part, $0.codec) = (.frames(33..<43), .ffv1) }) == .done(frames: 10))
    let expected = all[33 * 64 * 48 * 3..<43 * 64 * 48 * 3]
    let difference = zip(Clip.frames(output), expected).map { abs(Int($0) - Int($1)) }
    #expect(difference.count == expected.count && difference.reduce(0, +) / difference.count < 4)
    #expect(Clip.times(output).first == 0)
    let preview = folder.url.appending(path: "c.mp4")
    _ = try convert(film, to: preview, with: { ($0.part, $0.isBesideItself) = (.preview(seconds: 1), true) })
    #expect(Clip.value("stream=width,height", of: preview) == "128,48" && Clip.times(preview).count == 25)
    #expect(throws: FilmError.unusableRange(path: film.relativePath, frames: 100)) {
      try convert(film, to: folder.url.appending(path: "d.mp4"), with: { $0.part = .frames(100..<200) })
    }
  }

  @Test func interlacedFilmsArePutTogether() throws {
    let folder = try TemporaryFolder()
    let film = try Clip.make(
      "a.mkv", in: folder, rate: "50", seconds: 2.4, filters: "interlace,fieldorder=tff",
      ["-c:v", "libx264", "-flags", "+ildct+ilme", "-x264-params", "tff=1"])
    try #require(["tt", "tb"].contains(Clip.value("stream=field_order", of: film)))
    let output = folder.url.appending(path: "b.mkv")
    var notices: [String] = []
    let outcome = try FilmConversion().run(
      film, to: output, identity: "test", report: { if case .noticed(let notice) = $0 { notices.append(notice) } },
      compute: Self.same)
    #expect(outcome == .done(frames: 60) && Clip.times(output) == Clip.times(film))
    #expect(notices.contains { $0.contains("interlaced") })
  }

  @Test func whatIsNoFilmIsRefusedAndNothingIsLeft() throws {
    let folder = try TemporaryFolder()
    func message(_ film: URL, _ name: String, _ change: (inout FilmConversion) -> Void = { _ in }) -> String {
      do {
        _ = try convert(film, to: folder.url.appending(path: name), with: change)
        return "none"
      } catch { return "\(error)" }
    }
    let text = try folder.add("text.mp4", Data("no film at all".utf8))
    #expect(message(text, "b.mp4").contains("ffmpeg says: "))
    let tone = folder.url.appending(path: "tone.mp4")
    Clip.run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine=duration=1", tone.path])
    #expect(message(tone, "b.mp4").contains("has no moving pictures"))
    let film = try Clip.make("a.mp4", in: folder, ["-c:v", "libx264"])
    #expect(message(film, "b.gif").contains("expected a name that ends in .mp4"))
    #expect(message(film, "b.webm", { $0.codec = .h264 }).contains("expected vp9, av1"))
    #expect(message(film, "a.mp4").contains("would replace the film"))
    let bytes = try Data(contentsOf: film)
    let cut = try folder.add("cut.mp4", bytes.prefix(bytes.count / 2))
    #expect(message(cut, "b.mp4").contains("ffmpeg says: "))
    let missing = folder.url.appending(path: "missing.mp4")
    #expect(message(missing, "b.mp4").contains("No such file"))
    #expect(throws: CocoaError.self) {
      try convert(film, to: folder.url.appending(path: "b.mp4")) { _, _ in throw CocoaError(.coderInvalidValue) }
    }
    try expectOnly(["text.mp4", "tone.mp4", "a.mp4", "cut.mp4"], in: folder)
  }

  @Test func aDamagedFilmIsMadeAsFarAsItCanBeDecoded() throws {
    let folder = try TemporaryFolder()
    let film = try Clip.make("a.mkv", in: folder, seconds: 4, ["-c:v", "libx264", "-c:a", "aac"])
    var bytes = try Data(contentsOf: film)
    let cut = try folder.add("cut.mkv", bytes.prefix(bytes.count * 2 / 3))
    guard case .done(let frames) = try convert(cut, to: folder.url.appending(path: "b.mkv")) else {
      Issue.record("it was not made")
      return
    }
    #expect((30..<100).contains(frames))
    for index in stride(from: bytes.count / 3, to: bytes.count / 2, by: 97) { bytes[index] ^= 0x55 }
    let damaged = try folder.add("damaged.mkv", bytes)
    do {
      _ = try convert(damaged, to: folder.url.appending(path: "c.mkv"))
    } catch {
      #expect(error is FilmError)
    }
  }
}

extension Image {
  fileprivate var invertedColors: Image {
    Image(width: width, height: height, channels: channels, pixels: pixels.map { 1 - $0 })
  }
}
