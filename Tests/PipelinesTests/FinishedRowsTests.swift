import Files
import Foundation
import Images
import Layers
import Models
import Pipelines
import Synchronization
import Testing

/// Large images whose computation goes on from finished rows.
@Suite struct FinishedRowsTests {
  private let scratch: Scratch
  private let network: SRVGGNet
  private let upscaler: Upscaler
  private let events = Events()

  /// The fractions of the result that were told, and the one that it went on from.
  private final class Events: Sendable {
    let advances = Mutex(0), resumed = Mutex<Double?>(nil)

    func add(_ event: BatchEvent) {
      if case .fileAdvanced = event { advances.withLock { $0 += 1 } }
      if case .fileResumed(_, let fraction) = event { resumed.withLock { $0 = fraction } }
    }
  }

  init() throws {
    scratch = try Scratch()
    var configuration = SRVGGNet.Configuration()
    (configuration.width, configuration.convolutions, configuration.scale) = (4, 1, 2)
    network = SRVGGNet(configuration)
    Initializer.normal(deviation: 0.1).initialize(network, seed: 1, purpose: "test")
    upscaler = try Upscaler(network, tileSize: .side(32))
    try writeInput(seed: 1)
  }

  private func writeInput(seed: Int) throws {
    let pixels = (0..<40 * 200 * 3).map { Float(($0 * 37 * (seed + $0 / 120)) % 256) / 255 }
    let image = Image(width: 40, height: 200, channels: 3, pixels: pixels)
    try scratch.write("in/a.png", image.encoded(as: .png, path: "a"))
  }

  /// - Parameter parts: the number of parts after which it is stopped.
  private func run(
    _ upscaler: Upscaler? = nil, into output: String, format: OutputFormat = .png, stoppingAfter parts: Int = .max,
    longComputation: Double = 0
  ) throws -> BatchSummary {
    let upscaler = upscaler ?? self.upscaler
    return try run(
      identity: upscaler.identity, into: output, format: format, stoppingAfter: parts, longComputation: longComputation
    ) { image, result in try upscaler.upscale(image, into: result) }
  }

  private func run(
    identity: String, into output: String, format: OutputFormat, stoppingAfter parts: Int, longComputation: Double = 0,
    compute: (Image, BatchResult) throws -> Void
  ) throws -> BatchSummary {
    var batch = ImageBatch()
    batch.longComputation = longComputation
    let plan = try OutputPlan(inputs: [scratch["in"]], output: scratch[output], format: format)
    events.resumed.withLock { $0 = nil }
    events.advances.withLock { $0 = 0 }
    return try batch.run(
      plan, identity: identity, shouldStop: { [events] in events.advances.withLock { $0 } >= parts },
      report: events.add, compute: compute)
  }

  private func kept(_ folder: String) throws -> [String] {
    try scratch.names(folder).filter { $0.hasSuffix(".rows") }
  }

  @Test(arguments: [OutputFormat.png, .jpg])
  func aStoppedResultGoesOnToTheSameBytes(_ format: OutputFormat) throws {
    #expect(try run(into: "whole", format: format).done == 1)
    #expect(try run(into: "out", format: format, stoppingAfter: 7).remaining == 1)
    #expect(try kept("out").count == 1)
    #expect(try run(into: "out", format: format, stoppingAfter: 3).remaining == 1)
    let first = try #require(events.resumed.withLock { $0 })
    #expect(first > 0.3 && first < 0.6)
    #expect(try run(into: "out", format: format).done == 1)
    #expect(try #require(events.resumed.withLock { $0 }) > first)
    #expect(
      try Data(contentsOf: scratch["out/a.\(format)"]) == Data(contentsOf: scratch["whole/a.\(format)"]))
    #expect(try kept("out") == [])
  }

  @Test func translationsThatAnUpscalerEnlargesGoOnToo() throws {
    var configuration = ResNetGenerator.Configuration()
    (configuration.width, configuration.blocks) = (4, 1)
    let generator = ResNetGenerator(configuration)
    Initializer.normal(deviation: 0.3).initialize(generator, seed: 3, purpose: "test")
    let translator = try Translator(generator, size: 36, then: upscaler)
    func run(into output: String, stoppingAfter parts: Int = .max) throws -> BatchSummary {
      try self.run(identity: translator.identity, into: output, format: .png, stoppingAfter: parts) {
        try translator.translate($0, into: $1)
      }
    }
    #expect(try run(into: "whole").done == 1)
    #expect(try run(into: "out", stoppingAfter: 7).remaining == 1)
    #expect(try run(into: "out").done == 1)
    #expect(try #require(events.resumed.withLock { $0 }) > 0.3)
    #expect(try Data(contentsOf: scratch["out/a.png"]) == Data(contentsOf: scratch["whole/a.png"]))
  }

  @Test func aKilledProgramsHalfRowsAreForgotten() throws {
    #expect(try run(into: "whole").done == 1)
    #expect(try run(into: "out", stoppingAfter: 7).remaining == 1)
    let file = scratch["out/\(try #require(kept("out").first))"]
    try Data(contentsOf: file).dropLast(1000).write(to: file)
    #expect(try run(into: "out").done == 1)
    #expect(events.resumed.withLock { $0 } != nil)
    #expect(try Data(contentsOf: scratch["out/a.png"]) == Data(contentsOf: scratch["whole/a.png"]))
  }

  @Test func rowsOfSomethingElseAreDeleted() throws {
    #expect(try run(into: "out", stoppingAfter: 7).remaining == 1)
    // With another scale.
    let other = try Upscaler(network, scale: 1, tileSize: .side(32))
    #expect(try run(other, into: "out").done == 1)
    #expect(try events.resumed.withLock { $0 } == nil && kept("out") == [])
    // Of an input that has changed.
    #expect(try run(into: "more", stoppingAfter: 7).remaining == 1)
    try writeInput(seed: 2)
    FinishedRows.removeStale(in: scratch["more"])
    #expect(try kept("more") == [])
  }

  @Test func shortComputationsKeepNothing() throws {
    #expect(try run(into: "out", stoppingAfter: 7, longComputation: 1000).remaining == 1)
    #expect(try kept("out") == [])
  }
}
