import Foundation
import Images
import Testing

/// A folder with one of everything: each thing is read, or told of, and nothing stops the rest.
@Suite struct MixedFolderTests {
  private let guise: GuiseProgram
  private static let isRoot = geteuid() == 0

  init() throws {
    guise = try GuiseProgram()
    try guise.writeUpscaler("model.safetensors")
    try guise.writeImage("photo.jpg")
    try guise.writeImage("photo.png")
  }

  private func path(_ bytes: [UInt8]) -> [CChar] {
    (Array(guise.folder.path.utf8) + [UInt8(ascii: "/")] + bytes + [0]).map { CChar(bitPattern: $0) }
  }

  /// A file whose name is given in bytes.
  private func write(_ name: [UInt8], _ data: Data) throws {
    let file = try #require(fopen(path(name), "wb"))
    defer { fclose(file) }
    data.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, data.count, file) }
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: guise[name].path, withDestinationPath: target)
  }

  /// Folders of 200 bytes each within each other, deeper than any path may be.
  private func makeTooDeepFolder(in name: String) throws {
    var folder = open(guise[name].path, O_RDONLY | O_DIRECTORY)
    let level = String(repeating: "d", count: 200)
    for _ in 0..<25 {
      #expect(mkdirat(folder, level, 0o777) == 0)
      let next = openat(folder, level, O_RDONLY | O_DIRECTORY)
      close(folder)
      folder = next
    }
    close(folder)
  }

  @Test func saysExactlyWhatHappenedToEach() throws {
    let (jpeg, png) = (try Data(contentsOf: guise["photo.jpg"]), try Data(contentsOf: guise["photo.png"]))
    // Read: every extension of a kind that is read, in either case, and JPEG and PNG under other names.
    for name in ["a.jpg", "b.JPEG", "c.jfif", "d.JPE", "sub/e.jpg", "f", "g.dat", "h.png", "i.xcf"] {
      try guise.write("in/\(name)", jpeg)
    }
    try guise.write("in/j.PNG", png)
    // Damaged.
    try guise.write("in/cut.jpg", jpeg.prefix(jpeg.count / 2))
    try guise.write("in/empty.png", Data())
    try guise.write("in/text.jpg", Data("no image".utf8))
    // Left out.
    for name in ["k.CR2", "k.nef", "k.dng"] { try guise.write("in/\(name)", Data("II*\0 raw".utf8)) }
    for name in ["l.mp4", "l.MOV"] { try guise.write("in/\(name)", Data("    ftypqt  ".utf8)) }
    try guise.write("in/m.psd", Data("8BPS".utf8))
    try guise.write("in/unknown", Data("gimp xcf file".utf8))
    try guise.write("in/n.xyz", Data("?".utf8))
    // Beside photographs.
    for name in ["o.txt", "o.csv", "o.json", "o.xmp", "o.AAE", ".DS_Store", ".hidden.jpg", ".folder/p.jpg"] {
      try guise.write("in/\(name)", jpeg)
    }
    // What leads to nothing, or cannot be read.
    try link("in/nowhere.jpg", to: "gone.jpg")
    try link("in/loop.png", to: "loop.png")
    try link("in/error.jpg", to: "/proc/self/mem")
    #expect(mkfifo(guise["in/pipe.png"].path, 0o666) == 0)
    try write(Array("in/caf".utf8) + [0xe9] + Array(".jpg".utf8), jpeg)
    try write(Array("in/caf".utf8) + [0xe8] + Array(".jpg".utf8), jpeg)
    #expect(mkdir(path(Array("in/".utf8) + [0xff, 0xfe]), 0o777) == 0)
    try write(Array("in/".utf8) + [0xff, 0xfe] + Array("/q.jpg".utf8), jpeg)
    try guise.write("in/locked/r.jpg", jpeg)
    try guise.write("in/locked.png", png)
    #expect(chmod(guise["in/locked"].path, 0) == 0 && chmod(guise["in/locked.png"].path, 0) == 0)
    try makeTooDeepFolder(in: "in")
    defer {
      chmod(guise["in/locked"].path, 0o777)
      let remover = try? Process.run(URL(filePath: "/bin/rm"), arguments: ["-rf", guise["in"].path])
      remover?.waitUntilExit()  // FileManager cannot: the paths are too long
    }

    let command = ["upscale", "-i", "in", "-o", "out", "-m", "model.safetensors", "--tile", "32"]
    let result = try guise.run(command)
    let (done, failed) = Self.isRoot ? (12, 11) : (10, 13)
    #expect(result.status == 1, "\(result.errors)")
    #expect(result.errors.contains("\(done) upscaled, \(failed) failed"), "\(result.errors)")
    #expect(
      result.errorLines.contains(
        "8 files left out: 3 camera RAW, 2 video, 1 GIMP (XCF), 1 Photoshop (PSD), 1 of no known kind"),
      "\(result.errors)")

    let read = ["a.jpg", "b.JPEG", "c.jfif", "d.JPE", "sub/e.jpg", "f.png", "g.png", "h.png", "i.png", "j.PNG"]
    for name in read {
      #expect(try Image(contentsOf: guise["out/\(name)"]).width == 40, "\(name)")
    }
    var reasons = [
      "in/cut.jpg": "damaged", "in/empty.png": "it is empty", "in/text.jpg": "not an image",
      "in/nowhere.jpg": "it is a link to nothing", "in/loop.png": "Too many levels of symbolic links",
      "in/error.jpg": "cannot read in/error.jpg", "in/pipe.png": "a pipe",
      "in/caf\\xe9.jpg": "its name is not UTF-8", "in/caf\\xe8.jpg": "its name is not UTF-8",
      "in/\\xff\\xfe": "cannot look into the folder in/\\xff\\xfe: its name is not UTF-8",
      "in/dddd": "it is longer than the 4095 bytes",
    ]
    if !Self.isRoot {
      reasons["in/locked"] = "cannot look into the folder in/locked: Permission denied"
      reasons["in/locked.png"] = "Permission denied"
    }
    let table = try String(contentsOf: guise["out/failures.csv"], encoding: .utf8)
    let lines = table.split(separator: "\r\n").dropFirst()
    #expect(lines.count == failed)
    for (path, reason) in reasons {
      #expect(lines.contains { $0.hasPrefix(path) && $0.contains(reason) }, "\(path): \(table)")
      #expect(result.errors.contains("failed: \(path)"), "\(path)")
    }
    // Once more: what is done is skipped, and the rest is told again.
    let again = try guise.run(command)
    #expect(again.status == 1 && again.errors.contains("0 upscaled, \(done) skipped"), "\(again.errors)")
    #expect(again.errors.contains("\(failed) failed"))
    // The parts of a shared job tell each failure once.
    let parts = try (1...3).map { try guise.run(command + ["--shard", "\($0)/3", "--quiet", "--json"]) }
    let outcomes = parts.flatMap { $0.output.split(separator: "\n") }
    #expect(outcomes.filter { $0.contains("\"status\":\"failed\"") }.count == failed)
  }

  @Test func aFolderOfOtherThingsSaysWhatTheyAre() throws {
    for name in ["a.cr2", "b.mov", "c.mov"] { try guise.write("in/\(name)", Data("?".utf8)) }
    let result = try guise.run(["upscale", "-i", "in", "-o", "out", "-m", "model.safetensors"])
    #expect(result.status == 2 && result.errorLines.count == 1)
    #expect(
      result.errors.contains("no images in in: ")
        && result.errors.contains("3 files left out: 2 video, 1 camera RAW"), "\(result.errors)")
  }

  @Test func earlierResultsAndTheirReportsAreNotLeftOut() throws {
    try guise.write("in/a.jpg", Data(contentsOf: guise["photo.jpg"]))
    try guise.write("in/out/b.cr2", Data())
    let result = try guise.run(
      ["upscale", "-i", "in", "-o", "in/out", "-m", "model.safetensors", "--page"])
    #expect(result.status == 0 && !result.errors.contains("left out"), "\(result.errors)")
    try guise.write("in/c.cr2", Data())
    let again = try guise.run(["upscale", "-i", "in", "-o", "in/out", "-m", "model.safetensors", "--page"])
    #expect(again.errors.contains("1 file left out: 1 camera RAW"), "\(again.errors)")
    #expect(try String(contentsOf: guise["in/out/index.html"], encoding: .utf8).contains("1 file left out"))
  }

  @Test(arguments: ["x.webp", "x.jp2", "x.mp4", "x.JXL", "sub/x.psd"])
  func anImagesNameIsNoFolder(output: String) throws {
    for input in ["photo.jpg", "in"] {
      try guise.write("in/a.jpg", Data(contentsOf: guise["photo.jpg"]))
      let result = try guise.run(["upscale", "-i", input, "-o", output, "-m", "model.safetensors"])
      guard ImageFileFormat(pathExtension: (output as NSString).pathExtension) == nil else { return }
      #expect(result.status == 2 && !guise.exists(output), "\(result.errors)")
      #expect(result.errors.contains("\(output) is the name of a") && result.errorLines.count == 1)
    }
    // Said to be a folder, or one already, it is one.
    let folder = try guise.run(["upscale", "-i", "photo.jpg", "-o", output + "/", "-m", "model.safetensors"])
    #expect(folder.status == 0 && guise.exists("\(output)/photo.jpg"), "\(folder.errors)")
    #expect(try guise.run(["upscale", "-i", "photo.png", "-o", output, "-m", "model.safetensors"]).status == 0)
  }

  @Test func evaluationTellsTheSame() throws {
    for folder in ["a", "b"] {
      for name in ["1.jfif", "2.png"] { try guise.write("\(folder)/\(name)", Data(contentsOf: guise["photo.png"])) }
    }
    try guise.write("a/3.cr2", Data())
    try link("b/4.jpg", to: "gone")
    let result = try guise.run(["evaluate", "pairs", "-i", "a", "-t", "b"])
    #expect(result.status == 1 && result.output.contains("mean of 2"), "\(result.errors)")
    #expect(result.errors.contains("a: 1 file left out: 1 camera RAW"), "\(result.errors)")
    #expect(result.errors.contains("cannot read b/4.jpg: it is a link to nothing"))
    let domains = try guise.run(["evaluate", "domains", "a", "b"])
    #expect(domains.status == 1 && domains.errors.contains("a: 1 file left out"), "\(domains.errors)")
    #expect(domains.errors.contains("cannot read b/4.jpg: it is a link to nothing"))
  }

  @Test func aNameThatIsNotUTF8IsToldOfWhenNamed() throws {
    let result = try guise.run(["upscale", "-i", "caf\u{fffd}.jpg", "-o", "out", "-m", "model.safetensors"])
    #expect(result.status == 2 && result.errors.contains("its name is not UTF-8"), "\(result.errors)")
  }
}
