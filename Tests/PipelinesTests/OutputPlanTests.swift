import Datasets
import Foundation
import Images
import Pipelines
import Testing

@Suite struct OutputPlanTests {
  private func error(inputs: [URL], output: URL, format: OutputFormat = .same) -> OutputPlanError? {
    do {
      _ = try OutputPlan(inputs: inputs, output: output, format: format)
      return nil
    } catch {
      return error as? OutputPlanError
    }
  }

  @Test func mirrorsTheTreeOfOneFolder() throws {
    let scratch = try Scratch(files: ["in/a.jpg", "in/trip/IMG 1.JPEG", "in/trip/ü/b.png", "in/notes.txt"])
    let plan = try OutputPlan(inputs: [scratch["in"]], output: scratch["out"])
    let expected: [String: String] = [
      "in/a.jpg": "out/a.jpg", "in/trip/IMG 1.JPEG": "out/trip/IMG 1.JPEG", "in/trip/ü/b.png": "out/trip/ü/b.png",
    ]
    #expect(scratch.outputs(plan) == expected)
    #expect(plan.entries.map(\.format).filter { $0 == .png }.count == 1)
  }

  @Test func severalFoldersKeepTheirNames() throws {
    let scratch = try Scratch(files: ["x/1.jpg", "y/1.jpg", "z.png"])
    let plan = try OutputPlan(inputs: [scratch["x"], scratch["y"], scratch["z.png"]], output: scratch["out"])
    #expect(scratch.outputs(plan) == ["x/1.jpg": "out/x/1.jpg", "y/1.jpg": "out/y/1.jpg", "z.png": "out/z.png"])
  }

  @Test func clashesKeepTheInputsExtension() throws {
    let scratch = try Scratch(files: ["in/a.jpg", "in/a.png", "in/b.jpg"])
    let plan = try OutputPlan(inputs: [scratch["in"]], output: scratch["out"], format: .png)
    #expect(
      scratch.outputs(plan) == [
        "in/a.jpg": "out/a.jpg.png", "in/a.png": "out/a.png.png", "in/b.jpg": "out/b.png",
      ])
    #expect(plan.renamed.map(\.input.lastPathComponent) == ["a.jpg", "a.png"])
  }

  @Test func resultsBesideTheirInputsNeverTakeTheirPlace() throws {
    let scratch = try Scratch(files: ["a.jpg", "a-x4.jpg", "b.png", "b.jpg", "sub/c.JPG", "photos/d.png"])
    let inputs = ["a.jpg", "a-x4.jpg", "b.png", "b.jpg", "sub/c.JPG", "photos/"].map { scratch[$0] }
    let plans = try OutputPlan.beside(inputs, suffix: "-x4")
    #expect(
      plans.map(scratch.outputs) == [
        ["a.jpg": "a-x4.jpg", "b.png": "b-x4.png", "b.jpg": "b-x4.jpg"], ["sub/c.JPG": "sub/c-x4.JPG"],
        ["photos/d.png": "photos-x4/d.png"],
      ])
    #expect(plans.map(\.hasFolderOfItsOwn) == [false, false, true])
    let clash = try OutputPlan.beside([scratch["b.png"], scratch["b.jpg"]], suffix: "-x4", format: .png)
    #expect(clash.map(scratch.outputs) == [["b.png": "b.png-x4.png", "b.jpg": "b.jpg-x4.png"]])
    #expect(throws: OutputPlanError.missing(path: scratch["gone.png"].relativePath)) {
      try OutputPlan.beside([scratch["a.jpg"], scratch["gone.png"]], suffix: "-x4")
    }
  }

  @Test func saysWhyAnInputCannotBeFound() throws {
    let scratch = try Scratch(files: ["a.jpg"])
    for (link, target) in [("dangling.png", "gone.png"), ("loop.png", "loop.png")] {
      try FileManager.default.createSymbolicLink(atPath: scratch[link].path, withDestinationPath: target)
    }
    let long = scratch[String(repeating: "n", count: 300) + ".png"]
    for (input, reason) in [
      (scratch["dangling.png"], "it is a link to nothing"), (scratch["loop.png"], "Too many levels of symbolic links"),
      (long, "it is longer than"),
    ] {
      let error = #expect(throws: OutputPlanError.self) { try OutputPlan(inputs: [input], output: scratch["out"]) }
      #expect(error?.description.hasPrefix("cannot read \(input.relativePath): \(reason)") == true, "\(input)")
    }
    #expect(throws: OutputPlanError.missing(path: scratch["a.jpg/b.png"].relativePath)) {
      try OutputPlan(inputs: [scratch["a.jpg/b.png"]], output: scratch["out"])
    }
  }

  @Test func aFolderGivenByADotHasItsName() throws {
    let scratch = try Scratch(files: ["photos/d.png"])
    let plans = try OutputPlan.beside([scratch["photos/."]], suffix: "-x4")
    #expect(plans.flatMap(\.entries).map(\.output.path) == [scratch["photos-x4/d.png"].path])
  }

  @Test func namesInAnotherNormalFormClash() throws {
    // é as one code point and as two.
    let scratch = try Scratch(files: ["in/\u{e9}.png", "in/e\u{301}.png"])
    let plan = try OutputPlan(inputs: [scratch["in"]], output: scratch["out"])
    #expect(plan.entries.count == 2 && plan.renamed.count == 2)
    #expect(Set(plan.entries.map(\.relativePath)).count == 2)
    for entry in plan.entries { #expect(FileManager.default.fileExists(atPath: entry.input.path)) }
  }

  @Test func namesAreNoLongerThanFileSystemsAllow() throws {
    let stem = String(repeating: "ü", count: 125)  // 250 bytes
    let scratch = try Scratch(files: ["in/\(stem).jpg", "in/\(stem).png", "in/\(stem)u.jpg"])
    let plan = try OutputPlan(inputs: [scratch["in"]], output: scratch["out"], format: .png)
    let names = plan.entries.map(\.relativePath)
    #expect(Set(names).count == 3 && plan.renamed.count == 2)
    #expect(names.allSatisfy { $0.utf8.count <= 255 && $0.hasSuffix(".png") })
  }

  @Test func clashesThatRemainAreNumbered() throws {
    let scratch = try Scratch(files: ["x/trip/a.jpg", "y/trip/a.jpg", "z/a.jpg"])
    let inputs = [scratch["x/trip"], scratch["y/trip"], scratch["z/a.jpg"], scratch["z/../z/a.jpg"]]
    let plan = try OutputPlan(inputs: inputs, output: scratch["out"])
    #expect(plan.entries.count == 3)
    #expect(Set(plan.entries.map(\.output)).count == 3)
  }

  @Test func aSingleFileMayBecomeANamedFile() throws {
    let scratch = try Scratch(files: ["a.jpg", "b.jpg"])
    let plan = try OutputPlan(inputs: [scratch["a.jpg"]], output: scratch["new/monet.PNG"])
    #expect(scratch.outputs(plan) == ["a.jpg": "new/monet.PNG"])
    #expect(plan.entries[0].format == .png)
    #expect(
      error(inputs: [scratch["a.jpg"], scratch["b.jpg"]], output: scratch["c.png"])
        == .severalIntoOne(path: scratch["c.png"].relativePath))
    #expect(
      error(inputs: [scratch["a.jpg"]], output: scratch["c.png"], format: .jpg)
        == .formatAgainstName(path: scratch["c.png"].relativePath, format: "jpg"))
  }

  @Test func formatsThatAreNotWrittenBecomeOthers() throws {
    let names = ["a.webp", "b.TIF", "c.heic", "d.avif", "e.bmp", "f.jfif"]
    let scratch = try Scratch(files: names.map { "in/\($0)" })
    let inputs = names.map { scratch["in/\($0)"] }
    let plan = try OutputPlan(inputs: inputs, output: scratch["out"], quality: 80)
    #expect(plan.entries.map(\.relativePath) == ["a.webp", "b.TIF", "c.jpg", "d.jpg", "e.png", "f.jfif"])
    let jpeg = ImageFileFormat.jpeg(quality: 80)
    #expect(plan.entries.map(\.format) == [.webP(quality: 80), .tiff, jpeg, jpeg, .png, jpeg])
    let tiffs = try OutputPlan(inputs: inputs, output: scratch["out"], format: .tiff)
    #expect(tiffs.entries.map(\.relativePath) == names.map { $0.prefix(1) + ".tiff" })
    let webP = try OutputPlan(inputs: [inputs[0]], output: scratch["x.WEBP"], quality: 100)
    #expect(webP.entries.map(\.format) == [.webP(quality: 100)])
  }

  @Test func formatsThatAreNotWrittenAreRefused() throws {
    let scratch = try Scratch(files: ["a.png"])
    let output = scratch["x.heic"]
    let expected = OutputPlanError.unwritableFormat(path: output.relativePath, kind: "HEIC or AVIF")
    #expect(error(inputs: [scratch["a.png"]], output: output) == expected)
    #expect(
      expected.description.contains("x.heic is the name of a HEIC or AVIF file, and results are written as JPEG, PNG"))
  }

  @Test func neverWritesOverAnInput() throws {
    let scratch = try Scratch(files: ["in/a.jpg", "in/b.jpg"])
    try FileManager.default.createSymbolicLink(at: scratch["link"], withDestinationURL: scratch["in"])
    #expect(
      error(inputs: [scratch["in/a.jpg"]], output: scratch["in/a.jpg"])
        == .wouldReplaceInput(path: scratch["in/a.jpg"].relativePath))
    #expect(
      error(inputs: [scratch["in/a.jpg"]], output: scratch["link"])
        == .wouldReplaceInput(path: scratch["link/a.jpg"].relativePath))
    #expect(
      error(inputs: [scratch["in"]], output: scratch["link"]) == .intoItsInput(path: scratch["link"].relativePath))
  }

  @Test func earlierResultsAreNoInputs() throws {
    let scratch = try Scratch(files: ["in/a.jpg", "in/out/a.jpg"])
    let plan = try OutputPlan(inputs: [scratch["in"]], output: scratch["in/out"])
    #expect(scratch.outputs(plan) == ["in/a.jpg": "in/out/a.jpg"])
  }

  @Test func saysWhatIsNotThere() throws {
    let scratch = try Scratch(files: ["in/notes.txt"])
    #expect(
      error(inputs: [scratch["gone"]], output: scratch["out"]) == .missing(path: scratch["gone"].relativePath))
    #expect(throws: DatasetError.noImages(path: scratch["in"].relativePath)) {
      try OutputPlan(inputs: [scratch["in"]], output: scratch["out"])
    }
  }
}
