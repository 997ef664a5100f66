import Files
import Foundation
import Images
import Pipelines
import Synchronization
import Testing

private final class Events: Sendable {
  private let lines = Mutex<[String]>([])

  func add(_ event: BatchEvent) {
    let line =
      switch event {
      case .started(let files): "started \(files)"
      case .deviceFailed(let input, let failure): "without device \(input.lastPathComponent): \(failure)"
      case .fileNoticed(let input, let notice): "noticed \(input.lastPathComponent): \(notice)"
      case .fileExpected(let input, _): "expected \(input.lastPathComponent)"
      case .fileResumed(let input, let fraction): "resumed \(input.lastPathComponent) from \(fraction)"
      case .fileAdvanced(let input, let fraction): "advanced \(input.lastPathComponent) to \(fraction)"
      case .fileDone(let input, _, _): "done \(input.lastPathComponent)"
      case .fileSkipped(let input, _): "skipped \(input.lastPathComponent)"
      case .fileFailed(let input, _): "failed \(input.lastPathComponent)"
      case .finished: "finished"
      }
    lines.withLock { $0.append(line) }
  }

  var sorted: [String] { lines.withLock { $0.sorted() } }
}

@Suite struct ImageBatchTests {
  private func batch(jobs: Int = 2, overwrites: Bool = false) -> ImageBatch {
    ImageBatch(jobs: ImageBatch.Jobs(loading: jobs, saving: jobs), overwrites: overwrites)
  }

  private func invert(_ image: Image, into result: BatchResult) throws {
    let pixels = image.pixels.map { 1 - $0 }
    try result.write(Image(width: image.width, height: image.height, channels: image.channels, pixels: pixels))
  }

  @Test(arguments: [1, 3])
  func goesOnAfterABadFileAndWhereItStopped(jobs: Int) throws {
    let scratch = try Scratch()
    for i in 0..<7 { try scratch.writeImage("in/\(i).png") }
    try scratch.write("in/text.jpg", Data("no image".utf8))
    let plan = try OutputPlan(inputs: [scratch["in"]], output: scratch["out"])

    var seen = 0
    let first = Events()
    let stopped = try batch(jobs: jobs).run(plan, identity: "invert", shouldStop: { seen == 3 }, report: first.add) {
      image, result in
      seen += 1
      try invert(image, into: result)
    }
    #expect((stopped.done, stopped.failed, stopped.remaining) == (3, 0, 5))

    let second = Events()
    let rest = try batch(jobs: jobs).run(plan, identity: "invert", report: second.add, compute: invert)
    #expect((rest.done, rest.skipped, rest.failed, rest.remaining) == (4, 3, 1, 0))
    #expect(
      second.sorted == [
        "done 3.png", "done 4.png", "done 5.png", "done 6.png", "failed text.jpg", "finished", "skipped 0.png",
        "skipped 1.png", "skipped 2.png", "started 8",
      ])
    #expect(FileManager.default.fileExists(atPath: scratch["out/6.png"].path))
    #expect(!FileManager.default.fileExists(atPath: scratch["out/text.jpg"].path))

    let again = try batch(jobs: jobs, overwrites: true).run(plan, identity: "invert", report: { _ in }, compute: invert)
    #expect((again.done, again.skipped, again.failed) == (7, 0, 1))
  }

  @Test func reportsWhatCannotBeComputedOrWritten() throws {
    struct Refused: Error {}
    let scratch = try Scratch()
    for i in 0..<2 { try scratch.writeImage("in/sub/\(i).png") }
    try scratch.write("out/sub", Data())
    let refused = try OutputPlan(inputs: [scratch["in"]], output: scratch["out"])
    let summary = try batch().run(refused, identity: "refuse", report: { _ in }) { _, _ in throw Refused() }
    #expect((summary.done, summary.failed) == (0, 2))

    #expect(try batch().run(refused, identity: "invert", report: { _ in }, compute: invert).failed == 2)
    let unwritable = try OutputPlan(inputs: [scratch["in"]], output: scratch["out/sub/below"])
    #expect(throws: FileError.self) {
      try batch().run(unwritable, identity: "invert", report: { _ in }, compute: invert)
    }
  }

  /// The image in four parts, in two rows.
  private func putInParts(_ image: Image, into result: BatchResult) throws {
    try result.begin(image.header)
    for (index, (x, y)) in [(0, 0), (5, 0), (0, 4), (5, 4)].enumerated() {
      if index > 0 { try result.advance(to: Double(index) / 4) }
      try result.append(image.cropped(x: x, y: y, width: x == 0 ? 5 : 3, height: y == 0 ? 4 : 2))
    }
  }

  @Test func takesResultsInParts() throws {
    let scratch = try Scratch()
    let image = Image(width: 8, height: 6, channels: 1, pixels: (0..<48).map { Float($0) / 255 })
    try scratch.write("in/a.png", image.encoded(as: .png, path: "a"))
    let plan = try OutputPlan(inputs: [scratch["in"]], output: scratch["out"])
    let events = Events()
    #expect(try batch().run(plan, identity: "invert", report: events.add, compute: putInParts).done == 1)
    #expect(try Image(contentsOf: scratch["out/a.png"]) == image)
    #expect(
      events.sorted == [
        "advanced a.png to 0.25", "advanced a.png to 0.5", "advanced a.png to 0.75", "done a.png", "finished",
        "started 1",
      ])
  }

  @Test func partsThatDoNotMakeTheResultAreAFailure() throws {
    let scratch = try Scratch()
    for i in 0..<5 { try scratch.writeImage("in/\(i).png") }
    let plan = try OutputPlan(inputs: [scratch["in"]], output: scratch["out"])
    var seen = 0
    let summary = try batch().run(plan, identity: "put", report: { _ in }) { image, result in
      seen += 1
      switch seen {
      case 1: try result.append(image)
      case 2:
        try result.begin(image.header)
        try result.append(image.cropped(x: 0, y: 0, width: image.width, height: 1))
      case 3:
        try result.begin(image.header)
        try result.append(image)
        try result.append(image)
      case 4:
        try result.begin(image.header)
        try result.append(image.grayscale())
      default: try result.write(image)
      }
    }
    #expect((summary.done, summary.failed) == (1, 4))
    #expect(try scratch.names("out") == ["4.png", "failures.csv"])
  }

  @Test func atLeastOneFileIsReadAndWrittenAtATime() {
    let jobs = ImageBatch.Jobs(loading: 0, saving: -3)
    #expect((jobs.loading, jobs.saving) == (1, 1))
  }

  @Test func leavesNothingOfAResultThatIsStoppedOrFailsMidway() throws {
    struct Refused: Error, CustomStringConvertible { let description = "it is refused" }
    let scratch = try Scratch()
    for i in 0..<3 { try scratch.writeImage("in/\(i).png") }
    let plan = try OutputPlan(inputs: [scratch["in"]], output: scratch["out"])

    var seen = 0
    let stopped = try batch().run(plan, identity: "put", shouldStop: { seen == 2 }, report: { _ in }) { image, result in
      seen += 1
      try putInParts(image, into: result)
    }
    #expect((stopped.done, stopped.failed, stopped.remaining) == (1, 0, 2))
    #expect(try scratch.names("out") == ["0.png"])

    let reasons = Mutex<[String]>([])
    let failed = try batch().run(
      plan, identity: "put",
      report: { event in
        if case .fileFailed(_, let reason) = event { reasons.withLock { $0.append(reason) } }
      }
    ) { image, result in
      try result.begin(image.header)
      try result.append(image.cropped(x: 0, y: 0, width: 8, height: 2))
      throw Refused()
    }
    #expect((failed.done, failed.skipped, failed.failed) == (0, 1, 2))
    #expect(reasons.withLock { $0.sorted() }.first == "\(plan.entries[1].input.relativePath): it is refused")
    #expect(try scratch.names("out") == ["0.png", "failures.csv"])
  }

  /// If writing has failed, rows are refused, so that computing ends instead of waiting forever.
  @Test func computingEndsWhereWritingFails() throws {
    let scratch = try Scratch()
    try scratch.writeImage("in/sub/0.png")
    try scratch.write("out/sub", Data())
    let plan = try OutputPlan(inputs: [scratch["in"]], output: scratch["out"])
    var parts = 0
    let summary = try batch().run(plan, identity: "invert", report: { _ in }) { image, result in
      var header = image.header
      header.height = 1_000_000
      try result.begin(header)
      while true {
        try result.append(image)
        parts += 1
      }
    }
    #expect(summary.failed == 1 && parts < 1_000_000 / 6)
  }
}

@Suite struct ResultsPageTests {
  @Test func showsEachBeforeAndAfter() throws {
    let scratch = try Scratch()
    try scratch.writeImage("photos/a #1 & b.png")
    try scratch.writeImage("photos/c.png")
    let plan = try OutputPlan(inputs: [scratch["photos"]], output: scratch["out/demo"])
    try scratch.writeImage("out/demo/a #1 & b.png")
    let page = scratch["out/demo/index.html"]
    try ResultsPage.write(plan, title: "<demo>", maker: "monet: size 256", to: page)
    let html = try String(contentsOf: page, encoding: .utf8)
    #expect(html.contains("src=\"../../photos/a%20%231%20%26%20b.png\""))
    #expect(html.contains("src=\"a%20%231%20%26%20b.png\""))
    #expect(
      html.contains("photos/a #1 &amp; b.png \u{2192} ") && html.contains("/out/demo/a #1 &amp; b.png</figcaption>"))
    #expect(html.contains("made by monet: size 256") && html.contains("<span>before</span><span>after</span>"))
    #expect(html.contains("&lt;demo&gt;") && html.contains("1 image,"))
    #expect(!html.contains("c.png\""))
  }

  @Test func whatBrowsersDoNotShowGetsAPreview() throws {
    let scratch = try Scratch()
    try scratch.writeImage("photos/a.tif", width: 2400, height: 12)
    try scratch.writeImage("out/a.png")
    let plan = try OutputPlan(inputs: [scratch["photos/a.tif"]], output: scratch["out"], format: .png)
    try ResultsPage.write(plan, title: "out", maker: "", to: scratch["out/index.html"])
    let html = try String(contentsOf: scratch["out/index.html"], encoding: .utf8)
    let shown = try #require(html.firstMatch(of: /<a href="..\/photos\/a.tif"><img src="([^"]+)"/)?.1)
    #expect(shown.hasPrefix(".guise-page/"))
    #expect(html.contains("<a href=\"a.png\"><img src=\"a.png\""))
    let preview = try Image(contentsOf: scratch["out/\(shown)"])
    #expect((preview.width, preview.height) == (1200, 6))
  }

  @Test func browsersAreShownWhatAFileIsNotWhatItIsNamed() throws {
    let scratch = try Scratch()
    try scratch.writeImage("photos/a.png")
    try FileManager.default.moveItem(at: scratch["photos/a.png"], to: scratch["photos/a.tif"])
    try scratch.writeImage("photos/b.tif")
    try FileManager.default.moveItem(at: scratch["photos/b.tif"], to: scratch["photos/b.webp"])
    try scratch.write("photos/c.jpg", Data("\0\0\0\u{18}ftypheic".utf8))
    for name in ["a.tif", "b.webp", "c.jpg"] { try scratch.writeImage("out/\(name)") }
    let plan = try OutputPlan(inputs: [scratch["photos"]], output: scratch["out"])
    try ResultsPage.write(plan, title: "out", maker: "", to: scratch["out/index.html"])
    let html = try String(contentsOf: scratch["out/index.html"], encoding: .utf8)
    #expect(html.contains("<a href=\"../photos/a.tif\"><img src=\"../photos/a.tif\""))
    #expect(html.contains("<a href=\"../photos/b.webp\"><img src=\".guise-page/"))
    #expect(html.contains("<a href=\"../photos/c.jpg\">c.jpg</a>"))
  }

  @Test func namesAsLongAsFileSystemsAllowHavePreviews() throws {
    let scratch = try Scratch()
    let name = String(repeating: "n", count: 251) + ".tif"
    try scratch.writeImage("photos/\(name)")
    try scratch.writeImage("out/\(name)")
    let plan = try OutputPlan(inputs: [scratch["photos"]], output: scratch["out"])
    try ResultsPage.write(plan, title: "out", maker: "", to: scratch["out/index.html"])
    let html = try String(contentsOf: scratch["out/index.html"], encoding: .utf8)
    #expect(html.matches(of: /<img src=".guise-page\//).count == 2)
  }
}
