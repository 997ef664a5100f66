import Foundation
import Images
import Testing
import Training

@Suite struct TensorBoardTests {
  /// Of what `scripts/golden/event_files.py` wrote with TensorBoard's own writer.
  private let events = [
    TensorBoardEvent(time: 1234.5, .fileVersion),
    TensorBoardEvent(time: 1234.625, step: 301, .restart),
    TensorBoardEvent(
      time: 1235.75, step: 301,
      .scalars([("losses/cycleA", 1.5), ("measures/AtoB.gradientNorm", -0.0625), ("learningRate", 0)])),
    TensorBoardEvent(
      time: 1236, step: 100_000, .image(tag: "samples", png: Data((7..<47).map { UInt8($0) }), width: 200, height: 300)),
  ]

  @Test func eventsAreTheBytesOfTensorBoard() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/events.tfevents")
    let expected = try Data(contentsOf: file)
    #expect(events.reduce(Data()) { $0 + $1.record } == expected)
  }

  /// From RFC 3720, appendix B.4, and the check value of the CRC's catalogue.
  @Test func checksumsAreCastagnolis() {
    #expect(CRC32C.checksum(of: Data("123456789".utf8)) == 0xe306_9283)
    #expect(CRC32C.checksum(of: Data(repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(CRC32C.checksum(of: Data((0..<32).map { UInt8($0) })) == 0x46dd_794e)
    #expect(CRC32C.checksum(of: Data()) == 0)
  }

  private func files(_ run: FakeRun) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: run.folder.root, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasPrefix("events.out.tfevents.") }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  private func start(_ run: FakeRun, resumedStep: Int = 0, tensorboard: Bool = true) throws -> TrainingEvent {
    guard case .started(var start) = try run.start(resumedStep: resumedStep) else { return try run.start() }
    start.recipe.output.tensorboard = tensorboard
    return .started(start)
  }

  /// The sizes of the records in a file; traps on what is no record.
  private func recordSizes(_ file: URL) throws -> [Int] {
    var (rest, sizes) = (try Data(contentsOf: file), [Int]())
    while !rest.isEmpty {
      let size = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      sizes.append(size)
      rest = rest.dropFirst(16 + size)
    }
    return sizes
  }

  @Test func eachStartWritesAFileOfItsOwn() throws {
    let run = try FakeRun()
    let log = TensorBoardLog(folder: run.folder.root)
    try log.receive(try start(run))
    for step in 1...3 { try log.receive(run.step(step)) }
    let grid = run.folder.sampleGrid(step: 3)
    try Image(width: 5, height: 4, channels: 3, pixels: Array(repeating: 0.5, count: 60)).write(to: grid, format: .png)
    try log.receive(.samples(step: 3, file: grid))
    #expect(try files(run).count == 1)
    // The version, the start, three steps and a grid.
    #expect(try recordSizes(files(run)[0]).count == 6)

    let resumed = TensorBoardLog(folder: run.folder.root)
    try resumed.receive(try start(run, resumedStep: 2))
    try resumed.receive(
      .validated(TrainingValidation(step: 3, scores: [.init(.peakSignalToNoiseRatio, 21)], isBest: true)))
    #expect(try files(run).count == 2)
    #expect(try recordSizes(files(run)[1]).count == 3)
  }

  @Test func nothingIsWrittenUnasked() throws {
    let run = try FakeRun()
    let log = TensorBoardLog(folder: run.folder.root)
    try log.receive(try start(run, tensorboard: false))
    try log.receive(run.step(1))
    #expect(try files(run).isEmpty)
    #expect(run.recipe.yaml.contains("tensorboard: false") && !run.recipe.output.tensorboard)
  }
}
