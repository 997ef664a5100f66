import Foundation
import Images
import Layers
import Models
import Pipelines
import Synchronization
import Tensors
import Testing

/// Batches on a device that has too little memory.
@Suite(.enabled(if: !Machine.vulkanDevices[0].hasPrefix("none"), "no device has a Vulkan driver"))
struct DeviceFailureTests {
  private let scratch: Scratch
  private let plan: OutputPlan
  private let photograph: Image

  init() throws {
    scratch = try Scratch()
    let random = Random(seed: 7, purpose: "image")
    photograph = Image(width: 96, height: 80, channels: 3, pixels: (0..<96 * 80 * 3).map { random.uniform(at: $0) })
    for name in ["a", "b"] { try scratch.write("in/\(name).png", photograph.encoded(as: .png, path: name)) }
    plan = try OutputPlan(inputs: [scratch["in"]], output: scratch["out"])
  }

  /// Runs a batch on a device with a limit, and returns why it failed, for each file.
  private func run(
    memoryLimit: Int, _ compute: (Image, BatchResult) throws -> Void
  ) throws -> [String] {
    let reasons = Mutex<[String]>([])
    let device = try ComputeDevice.vulkan(0, memoryLimit: memoryLimit)
    let summary = try device.run {
      try ImageBatch().run(
        plan, identity: "test",
        report: { event in
          if case .deviceFailed(_, let failure) = event { reasons.withLock { $0.append(failure.reason) } }
        }, compute: compute)
    }
    #expect((summary.done, summary.failed) == (2, 0))
    return reasons.withLock { $0 }
  }

  private func expectResult(_ expected: Image) throws {
    try scratch.write("expected.png", expected.encoded(as: .png, path: "expected"))
    let expected = try Image(contentsOf: scratch["expected.png"])
    for name in ["a", "b"] {
      let image = try Image(contentsOf: scratch["out/\(name).png"])
      #expect(image.header == expected.header)
      let difference = zip(image.pixels, expected.pixels).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(difference <= 1.01 / 255)
    }
  }

  @Test func theProcessorComputesWhatDoesNotFit() throws {
    let upscaler = try Upscaler(UpscalerTests.Network.srvgg.make())
    let reasons = try run(memoryLimit: 2 << 20) { try upscaler.upscale($0, into: $1) }
    #expect(reasons.count == 2)
    #expect(reasons.allSatisfy { $0.contains("are free") })
    try expectResult(ComputeDevice.processor.run { try upscaler.upscale(photograph) })
  }

  /// Where the plan says that it fits and it does not: here the limit is passed, so that no plan is made by it.
  @Test func theProcessorRepeatsWhatFailed() throws {
    var upscaler = try Upscaler(UpscalerTests.Network.srvgg.make(), tileSize: .side(96))
    upscaler.memoryLimit = 1 << 30
    let reasons = try run(memoryLimit: 1 << 20) { try upscaler.upscale($0, into: $1) }
    #expect(reasons.count == 2)
    #expect(reasons.allSatisfy { $0.contains("memory is used up") })
    try expectResult(ComputeDevice.processor.run { try upscaler.upscale(photograph) })
  }

  @Test func enoughMemoryGivesTheProcessorsImage() throws {
    let upscaler = try Upscaler(UpscalerTests.Network.srvgg.make())
    #expect(try run(memoryLimit: 256 << 20) { try upscaler.upscale($0, into: $1) } == [])
    try expectResult(ComputeDevice.processor.run { try upscaler.upscale(photograph) })
  }

  @Test func stripsArePlannedByItsMemory() throws {
    var configuration = ResNetGenerator.Configuration()
    (configuration.width, configuration.blocks) = (16, 1)
    let generator = ResNetGenerator(configuration)
    Initializer.normal(deviation: 0.1).initialize(generator, seed: 3, purpose: "test")
    let translator = try Translator(generator)
    let pixels = (0..<5).flatMap { _ in photograph.pixels }
    let tall = Image(width: 24, height: 5 * 320, channels: 3, pixels: pixels)
    let whole = try ComputeDevice.processor.run { try translator.translate(tall) }
    let device = try ComputeDevice.vulkan(0, memoryLimit: 16 << 20)
    let sink = PartsSink()
    try device.run { try translator.translate(tall, into: sink) }
    #expect(sink.estimate?.isInStrips == true)
    let difference = zip(sink.image.pixels, whole.pixels).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(difference < 2e-3)
  }

  /// The device fails after the first of two bands: the processor makes both, and the first is not written twice.
  @Test func rowsThatWerePassedOnAreNotWrittenTwice() throws {
    func bands(_ image: Image, into result: BatchResult) throws {
      try result.begin(image.header)
      for (first, count) in ComputeDevice.current.isProcessor ? [(0, 50), (50, 30)] : [(0, 30), (30, 50)] {
        if !ComputeDevice.current.isProcessor, first > 0 {
          throw DeviceFailure(device: "test", reason: "lost", isLost: true)
        }
        try result.append(image.cropped(x: 0, y: first, width: image.width, height: count))
      }
    }
    #expect(try run(memoryLimit: 64 << 20, bands) == ["lost", "lost"])
    try expectResult(photograph)
  }
}
