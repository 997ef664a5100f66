import Files
import Foundation
import Images
import Pipelines
import Synchronization
import Testing

/// Which results are made again, and which are kept.
@Suite struct BatchJournalTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    for name in ["a", "b", "c"] { try scratch.writeImage("in/\(name).png") }
  }

  private func plan() throws -> OutputPlan { try OutputPlan(inputs: [scratch["in"]], output: scratch["out"]) }

  /// Runs the batch, and returns the names of the files that were computed.
  private func run(
    identity: String = "copy", batch: ImageBatch = ImageBatch(), shouldStop: @escaping () -> Bool = { false },
    compute: (Image) throws -> Image = { $0 }
  ) throws -> [String] {
    let made = Mutex<[String]>([])
    try batch.run(
      plan(), identity: identity, shouldStop: shouldStop,
      report: { event in
        if case .fileDone(let input, _, _) = event { made.withLock { $0.append(input.lastPathComponent) } }
      },
      compute: { image, result in try result.write(compute(image)) })
    return made.withLock { $0.sorted() }
  }

  @Test func changedInputsAreMadeAnew() throws {
    #expect(try run() == ["a.png", "b.png", "c.png"])
    #expect(try run() == [])
    try scratch.writeImage("in/b.png", width: 9)
    #expect(try run() == ["b.png"])
    #expect(try Image(contentsOf: scratch["out/b.png"]).width == 9)
    try FileManager.default.removeItem(at: scratch["out/a.png"])
    #expect(try run() == ["a.png"])
    #expect(try run(batch: ImageBatch(overwrites: true)).count == 3)
  }

  @Test func resultsOfAnotherModelAreReplacedOnlyWhereAsked() throws {
    var (first, second) = (ImageBatch(), ImageBatch())
    (first.maker, second.maker) = ("monet", "cezanne")
    #expect(try run(batch: first).count == 3)
    #expect(
      throws: OutputPlanError.madeOtherwise(
        path: scratch["out"].relativePath, count: 3, maker: "monet", asked: "cezanne")
    ) { try run(identity: "copy well", batch: second) }
    #expect(throws: OutputPlanError.self) { try run(identity: "copy well, with care", batch: first) }
    second.overwrites = true
    let asked = Mutex(0)
    let stopped = {
      asked.withLock {
        $0 += 1; return $0 > 2
      }
    }
    #expect(try (1...2).contains(run(identity: "copy well", batch: second, shouldStop: stopped).count))
    // What has begun goes on, and the first model is now the other one.
    second.overwrites = false
    let rest = try run(identity: "copy well", batch: second).count
    #expect((1...2).contains(rest))
    #expect(try run(identity: "copy well", batch: second) == [])
    #expect(throws: OutputPlanError.self) { try run(batch: first) }
  }

  @Test func whatWasNotMadeHereIsLeftAlone() throws {
    try scratch.write("out/a.png", Data("mine".utf8))
    #expect(try run() == ["b.png", "c.png"])
    // A result retouched by hand.
    try scratch.write("out/c.png", Data("retouched".utf8))
    #expect(throws: OutputPlanError.self) { try run(identity: "other copy") }
    #expect(try run() == [])
    #expect(try Data(contentsOf: scratch["out/a.png"]) == Data("mine".utf8))
    #expect(try Data(contentsOf: scratch["out/c.png"]) == Data("retouched".utf8))
  }

  @Test func aLineThatAProcessWasKilledInIsIgnored() throws {
    #expect(try run().count == 3)
    let journal = scratch["out/.guise-journal"]
    let text = try String(contentsOf: journal, encoding: .utf8)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 3)
    let last = try #require(lines.last)
    try Data((lines.dropLast().joined(separator: "\n") + "\n" + last.dropLast(20)).utf8).write(to: journal)
    // The result is there, but its input is gone.
    #expect(try run() == [])
    try FileManager.default.removeItem(at: scratch["out/c.png"])
    #expect(try run() == ["c.png"])
    #expect(try run(batch: ImageBatch(overwrites: true)).count == 3)
  }

  @Test func resultsGetTheirInputsTimesWhereAsked() throws {
    let time = Date(timeIntervalSince1970: 1_000_000_000)
    try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: scratch["in/a.png"].path)
    #expect(try run(batch: ImageBatch(keepsTimes: true)).count == 3)
    let attributes = try FileManager.default.attributesOfItem(atPath: scratch["out/a.png"].path)
    #expect(attributes[.modificationDate] as? Date == time)
    #expect(try run(batch: ImageBatch(keepsTimes: true)) == [])
  }

  @Test func failuresAreListedUntilTheyAreMended() throws {
    try scratch.write("in/b, \"old\".png", Data("no image".utf8))
    #expect(try run().count == 3)
    let table = try String(contentsOf: scratch["out/failures.csv"], encoding: .utf8)
    let input = scratch["in/b, \"old\".png"].relativePath.replacing("\"", with: "\"\"")
    #expect(table.hasPrefix("file,reason\r\n\"\(input)\",\""))
    #expect(table.contains("is not an image of a known kind"))
    try scratch.writeImage("in/b, \"old\".png")
    #expect(try run() == ["b, \"old\".png"])
    #expect(try scratch.names("out") == ["a.png", "b, \"old\".png", "b.png", "c.png"])
  }

  @Test func failuresAreToldInTheCallersWords() throws {
    try scratch.write("in/d.png", Data("no image".utf8))
    var batch = ImageBatch()
    batch.words = { error in
      if case ImageError.notAnImage = error { return "a text" }
      if let error = error as? ComputationError { return "\(type(of: error.cause)) in \(error.path)" }
      return "\(error)"
    }
    let reasons = Mutex<[String]>([])
    try batch.run(
      plan(), identity: "copy",
      report: { event in
        if case .fileFailed(_, let reason) = event { reasons.withLock { $0.append(reason) } }
      }
    ) { image, result in
      try result.begin(image.header)
      try result.begin(image.header)
    }
    let unfit = "ImageSinkError in \(scratch["in/a.png"].relativePath)"
    #expect(reasons.withLock { $0.contains("a text") && $0.contains(unfit) && $0.count == 4 })
    let table = try String(contentsOf: scratch["out/failures.csv"], encoding: .utf8)
    #expect(table.contains(",a text\r\n") && table.contains(",\(unfit)\r\n"))
    #expect(try scratch.names("out") == ["failures.csv"])
  }

  /// What a computation begins or appends must be what it announced, whatever the file could be made to hold.
  @Test(arguments: [
    ImageHeader(width: -1, height: 4, channels: 3), ImageHeader(width: 4, height: -4, channels: 3),
    ImageHeader(width: 4, height: 4, channels: 7), ImageHeader(width: 1, height: 1, channels: 4),
  ])
  func partsThatAreNotWhatWasAnnouncedAreFailures(header: ImageHeader) throws {
    let summary = try ImageBatch().run(plan(), identity: "copy", report: { _ in }) { _, result in
      try result.begin(header)
      try result.append(Image(ImageHeader(width: 1, height: 1, channels: 3), pixels: [0, 0.5, 1]))
    }
    #expect(summary.done == 0 && summary.failed > 0)
    #expect(try scratch.names("out") == ["failures.csv"])
  }

  @Test func aLinkThatLeadsNowhereIsAFailure() throws {
    try FileManager.default.createSymbolicLink(
      at: scratch["in/gone.png"], withDestinationURL: scratch["nowhere.png"])
    #expect(try run().count == 3)
    #expect(try String(contentsOf: scratch["out/failures.csv"], encoding: .utf8).contains("in/gone.png"))
  }

  @Test func aFullDiskStopsTheBatch() throws {
    let summary = Mutex<BatchSummary?>(nil)
    var computed = 0
    try ImageBatch().run(
      plan(), identity: "copy",
      report: { event in
        if case .finished(let final) = event { summary.withLock { $0 = final } }
      },
      compute: { image, result in
        computed += 1
        if computed == 2 { throw FileError.diskFull(path: "out") }
        try result.write(image)
      })
    let final = try #require(summary.withLock { $0 })
    #expect((final.done, final.failed, final.remaining) == (1, 0, 2))
    #expect(final.obstacle == "\(FileError.diskFull(path: "out"))")
    #expect(try run() == ["b.png", "c.png"])
  }

  @Test func severalAtOnceShareTheWork() throws {
    for i in 0..<60 { try scratch.writeImage("in/\(i).png") }
    try scratch.write("in/broken.png", Data("no image".utf8))
    let plan = try plan()
    let computed = Mutex<[String]>([])
    let summaries = Mutex<[BatchSummary]>([])
    // No batch finishes its first image before all have begun one.
    let (haveBegun, haveEnded) = (DispatchGroup(), DispatchGroup())
    for _ in 0..<3 { haveBegun.enter() }
    for _ in 0..<3 {
      haveEnded.enter()
      Thread.detachNewThread {
        var isFirst = true
        let summary = try? ImageBatch().run(
          plan, identity: "copy",
          report: { event in
            if case .fileDone(let input, _, _) = event { computed.withLock { $0.append(input.lastPathComponent) } }
          },
          compute: { image, result in
            if isFirst { haveBegun.leave() }
            isFirst = false
            haveBegun.wait()
            try result.write(image)
          })
        if isFirst { haveBegun.leave() }
        summaries.withLock { $0.append(summary ?? BatchSummary()) }
        haveEnded.leave()
      }
    }
    haveEnded.wait()
    let names = computed.withLock { $0 }
    #expect(names.count == 63 && Set(names).count == 63)
    for summary in summaries.withLock({ $0 }) {
      #expect(summary.done + summary.skipped == 63 && summary.failed == 1 && summary.remaining == 0)
      #expect(summary.done > 0)
    }
    #expect(try scratch.names("out").count == 64)
  }

  @Test func shardsTakeEachFileOnce() throws {
    for i in 0..<40 { try scratch.writeImage("in/\(i).png") }
    var names: [String] = []
    for number in 1...3 {
      let shard = try #require(Shard(number: number, count: 3))
      let part = try run(batch: ImageBatch(shard: shard))
      #expect(part.count > 5)
      names += part
    }
    #expect(names.count == 43 && Set(names).count == 43)
    #expect(Shard(number: 0, count: 3) == nil && Shard(number: 4, count: 3) == nil)
  }

  /// A single file with a given name has no folder of its own to keep a journal in.
  @Test func aSingleFileLeavesNoJournal() throws {
    let single = try OutputPlan(inputs: [scratch["in/a.png"]], output: scratch["in/new.png"])
    let summary = try ImageBatch().run(single, identity: "copy", report: { _ in }) { image, result in
      try result.write(image)
    }
    #expect(summary.done == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch["in"].path).count == 4)
  }
}
