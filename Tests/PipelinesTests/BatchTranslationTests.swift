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
      case .fileDone(let input, _, _): "done \(input.lastPathComponent)"
      case .fileSkipped(let input, _): "skipped \(input.lastPathComponent)"
      case .fileFailed(let input, _): "failed \(input.lastPathComponent)"
      case .finished: "finished"
      }
    lines.withLock { $0.append(line) }
  }

  var sorted: [String] { lines.withLock { $0.sorted() } }
}

@Suite struct BatchTranslationTests {
  private func inverted(_ image: Image) -> Image {
    Image(width: image.width, height: image.height, channels: image.channels, pixels: image.pixels.map { 1 - $0 })
  }

  @Test(arguments: [1, 3])
  func goesOnAfterABadFileAndWhereItStopped(jobs: Int) throws {
    let scratch = try Scratch()
    for i in 0..<7 { try scratch.writeImage("in/\(i).png") }
    try scratch.write("in/text.jpg", Data("no image".utf8))
    let plan = try OutputPlan(inputs: [scratch["in"]], output: scratch["out"])

    var seen = 0
    let first = Events()
    let stopped = BatchTranslation(jobs: jobs).run(plan, shouldStop: { seen == 3 }, report: first.add) { image in
      seen += 1
      return inverted(image)
    }
    #expect((stopped.done, stopped.failed, stopped.remaining) == (3, 0, 5))

    let second = Events()
    let rest = BatchTranslation(jobs: jobs).run(plan, report: second.add, translate: inverted)
    #expect((rest.done, rest.skipped, rest.failed, rest.remaining) == (4, 3, 1, 0))
    #expect(
      second.sorted == [
        "done 3.png", "done 4.png", "done 5.png", "done 6.png", "failed text.jpg", "finished", "skipped 0.png",
        "skipped 1.png", "skipped 2.png", "started 8",
      ])
    #expect(FileManager.default.fileExists(atPath: scratch["out/6.png"].path))
    #expect(!FileManager.default.fileExists(atPath: scratch["out/text.jpg"].path))

    let again = BatchTranslation(jobs: jobs, overwrites: true).run(plan, report: { _ in }, translate: inverted)
    #expect((again.done, again.skipped, again.failed) == (7, 0, 1))
  }

  @Test func reportsWhatCannotBeComputedOrWritten() throws {
    struct Refused: Error {}
    let scratch = try Scratch()
    for i in 0..<2 { try scratch.writeImage("in/\(i).png") }
    try scratch.write("out/sub", Data())
    let refused = try OutputPlan(inputs: [scratch["in"]], output: scratch["out"])
    let summary = BatchTranslation().run(refused, report: { _ in }) { _ in throw Refused() }
    #expect((summary.done, summary.failed) == (0, 2))

    let unwritable = try OutputPlan(inputs: [scratch["in"]], output: scratch["out/sub/below"])
    #expect(BatchTranslation().run(unwritable, report: { _ in }, translate: inverted).failed == 2)
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
    try ResultsPage.write(plan.entries, title: "<demo>", to: page)
    let html = try String(contentsOf: page, encoding: .utf8)
    #expect(html.contains("src=\"../../photos/a%20%231%20%26%20b.png\""))
    #expect(html.contains("src=\"a%20%231%20%26%20b.png\""))
    #expect(html.contains("a #1 &amp; b.png") && html.contains("&lt;demo&gt;") && html.contains("1 image,"))
    #expect(!html.contains("c.png\""))
  }
}
