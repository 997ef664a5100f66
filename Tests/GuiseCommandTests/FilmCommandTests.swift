import Foundation
import Testing

/// ffmpeg, which makes the films of tests.
private enum FFmpeg {
  static let isInstalled = run(["ffmpeg", "-version"], in: FileManager.default.temporaryDirectory)

  /// Whether it ended well.
  static func run(_ arguments: [String], in folder: URL) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

/// Films as inputs of commands.
@Suite(.enabled(if: FFmpeg.isInstalled, "ffmpeg is not installed"))
struct FilmCommandTests {
  private let guise: GuiseProgram

  init() throws {
    guise = try GuiseProgram()
    try guise.writeUpscaler("x2.safetensors")
  }

  private func makeFilm(_ path: String, frames: Int) throws {
    try FileManager.default.createDirectory(
      at: guise[path].deletingLastPathComponent(), withIntermediateDirectories: true)
    let source = ["-f", "lavfi", "-i", "testsrc2=size=32x24:rate=25", "-frames:v", "\(frames)"]
    try #require(FFmpeg.run(["ffmpeg", "-v", "error"] + source + [path], in: guise.folder))
  }

  private func upscale(_ arguments: String..., whileRunning: (Process) throws -> Void = { _ in }) throws
    -> GuiseProgram.Result
  {
    try guise.run(["upscale", "-m", "x2.safetensors"] + arguments, whileRunning: whileRunning)
  }

  /// The names of finished segments of a result.
  private func segments(_ path: String) -> Set<String> {
    let folder = guise[".guise-film-\(path)"].path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return Set(names.filter { $0.hasSuffix(".nut") })
  }

  @Test func killedTenTimesItMakesTheSameFilm() throws {
    try makeFilm("a.mp4", frames: 600)
    let whole = try upscale("a.mp4", "-o", "whole.mp4")
    #expect(whole.status == 0 && whole.errors.contains("600 frames upscaled -> whole.mp4"), "\(whole.errors)")
    for _ in 0..<10 {
      let before = segments("killed.mp4").count
      let result = try upscale("a.mp4", "-o", "killed.mp4", "--quiet") { process in
        while process.isRunning, segments("killed.mp4").count == before { usleep(1000) }
        kill(process.processIdentifier, SIGKILL)
      }
      #expect(result.status == SIGKILL)
    }
    #expect(segments("killed.mp4").count >= 10 && !guise.exists("killed.mp4"))
    let last = try upscale("a.mp4", "-o", "killed.mp4")
    #expect(last.status == 0 && last.errors.contains("600 frames, goes on after "), "\(last.errors)")
    #expect(try Data(contentsOf: guise["killed.mp4"]) == Data(contentsOf: guise["whole.mp4"]))
    #expect(!guise.exists(".guise-film-killed.mp4"))
  }

  @Test func filmsAreTakenAmongImages() throws {
    try makeFilm("in/sub/b.mp4", frames: 3)
    try makeFilm("c.avi", frames: 3)
    try guise.writeImage("in/a.png")
    let images = try upscale("in", "-o", "out")
    #expect(images.status == 0 && images.errors.contains("1 video"), "\(images.errors)")
    #expect(guise.exists("out/a.png") && !guise.exists("out/sub/b.mp4"))
    let all = try upscale("in", "c.avi", "-o", "out", "--films", "--json")
    #expect(all.status == 0 && guise.exists("out/sub/b.mp4") && guise.exists("out/c.avi"), "\(all.errors)")
    #expect(!all.errors.contains("left out"), "\(all.errors)")
    #expect(all.output.contains(#""frames":3"#) && all.output.contains(#""status":"skipped""#))
    let beside = try upscale("c.avi", "--frames", "1:")
    #expect(beside.status == 0 && guise.exists("c-x2.avi") && beside.errors.contains("2 frames upscaled"))
  }

  @Test func filmsInFoldersAreFoundAsPhotosAre() throws {
    try makeFilm("films/a.mp4", frames: 2)
    try makeFilm("elsewhere/b.mp4", frames: 2)
    try FileManager.default.createSymbolicLink(
      atPath: guise["films/link"].path, withDestinationPath: guise["elsewhere"].path)
    let latin1 = guise["films"].path.utf8CString.dropLast() + [0x2f, 0x63, CChar(bitPattern: 0xe9)]
    let target = Array(latin1) + ".mp4".utf8CString
    try #require(rename(guise["films/a.mp4"].path, target) == 0)
    try makeFilm("films/a.mp4", frames: 2)
    let result = try upscale("films", "-o", "out", "--films")
    #expect(guise.exists("out/a.mp4") && guise.exists("out/link/b.mp4"), "\(result.errors)")
    #expect(result.status == 1 && result.errors.contains("c\\xe9.mp4"), "\(result.errors)")
  }

  @Test(arguments: [
    (["missing.mp4"], 2, "missing.mp4"), (["a.png", "a.mp4", "-o", "b.mp4"], 2, "name a folder"),
    (["a.mp4", "--steady", "2"], 2, "expected 0 to 1"), (["a.mp4", "--frames", "3"], 2, "0:250"),
    (["a.mp4", "--preview", "0"], 2, "a number of seconds"),
    (["a.mp4", "--frames", "0:2", "--preview", "5s"], 2, "leave one out"),
    (["a.mp4", "-o", "b.webm", "--video-codec", "h264"], 1, "expected vp9, av1"),
    (["text.mp4", "-o", "b.mp4"], 1, "text.mp4: ffmpeg says: "),
  ])
  func whatCannotBeIsSaid(arguments: [String], status: Int, words: String) throws {
    try makeFilm("a.mp4", frames: 3)
    try guise.writeImage("a.png")
    try guise.write("text.mp4", Data("text".utf8))
    let before = try FileManager.default.contentsOfDirectory(atPath: guise.folder.path).sorted()
    let result = try guise.run(["upscale", "-m", "x2.safetensors"] + arguments)
    #expect(Int(result.status) == status && result.errors.contains(words), "\(result.status) \(result.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: guise.folder.path).sorted() == before)
  }
}
