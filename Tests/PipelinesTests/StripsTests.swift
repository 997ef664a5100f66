import Foundation
import Images
import Layers
import Models
import Pipelines
import Tensors
import TestSupport
import Testing
import Threads

/// Compares translations in strips with those of the whole image. The images are tall, so that a strip is small
/// compared with the whole.
@Suite(.serialized) struct StripsTests {
  private func generator(
    norm: Norm = .instance, upsampling: ResNetGenerator.Upsampling = .transposed,
    residual: ResNetGenerator.Residual = .plain, blocks: Int = 2
  ) -> ResNetGenerator {
    var configuration = ResNetGenerator.Configuration()
    configuration.width = 16
    configuration.blocks = blocks
    (configuration.norm, configuration.upsampling, configuration.residual) = (norm, upsampling, residual)
    if upsampling == .antialiased { configuration.downsampling = .antialiased }
    let generator = ResNetGenerator(configuration)
    Initializer.normal(deviation: 0.1).initialize(generator, seed: 3, purpose: "test")
    return generator
  }

  /// Brighter towards the bottom, so that every strip has statistics of its own.
  private func image(width: Int, height: Int, channels: Int = 3) -> Image {
    let random = Random(seed: 5, purpose: "image")
    let pixels = (0..<width * height * channels).map { index in
      0.6 * random.uniform(at: index) + 0.4 * Float(index / (width * channels)) / Float(height)
    }
    return Image(width: width, height: height, channels: channels, pixels: pixels)
  }

  /// A translation within this much memory, and the estimate announced before it.
  private func translation(
    of image: Image, by generator: any TranslationNetwork, memory: Int?, precision: Precision = .float32,
    folder: URL = FileManager.default.temporaryDirectory
  ) throws -> (image: Image, estimate: ComputationEstimate?, parts: Int) {
    var translator = try Translator(generator, precision: precision)
    translator.memoryLimit = memory ?? .max
    translator.temporaryFolder = folder
    let sink = PartsSink()
    try translator.translate(image, into: sink)
    return (sink.image, sink.estimate, sink.parts.count)
  }

  /// Memory in bytes for an image of 61x1999 pixels, with the network's rows in single precision, rounded, and partly
  /// in a file.
  private enum Budget: Int, CaseIterable {
    case singlePrecision = 12_000_000
    case rounded = 9_800_000
    case spilled = 6_500_000

    func holds(_ estimate: ComputationEstimate) -> Bool {
      switch self {
      case .singlePrecision: !estimate.isRounded && estimate.temporaryFile == 0
      case .rounded: estimate.isRounded && estimate.temporaryFile == 0
      case .spilled: estimate.isRounded && estimate.temporaryFile > 0
      }
    }
  }

  private static let cases = Norm.allCases.flatMap { norm in
    ResNetGenerator.Upsampling.allCases.map { (norm, $0, ResNetGenerator.Residual.plain) }
      + [(norm, .transposed, .separable)]
  }

  @Test(arguments: cases)
  private func stripsEqualTheWhole(
    norm: Norm, upsampling: ResNetGenerator.Upsampling, residual: ResNetGenerator.Residual
  ) throws {
    let generator = generator(norm: norm, upsampling: upsampling, residual: residual)
    let image = image(width: 61, height: 1999)
    let whole = try translation(of: image, by: generator, memory: nil)
    #expect(whole.parts == 1 && whole.estimate == nil)
    for budget in Budget.allCases {
      let (result, estimate, parts) = try translation(of: image, by: generator, memory: budget.rawValue)
      let said = try #require(estimate)
      #expect(said.isInStrips && said.memory <= budget.rawValue)
      // Other forms keep more rows or have fewer weights, so that the same budgets come to other plans.
      if upsampling != .antialiased, residual == .plain { #expect(budget.holds(said), "\(budget): \(said)") }
      #expect(parts > 2)
      let tolerance: Float = said.isRounded ? 2e-3 : 1e-4
      let difference = zip(result.pixels, whole.image.pixels).map { abs($0 - $1) }.max() ?? 1
      #expect(difference < tolerance, "\(budget) \(norm) \(upsampling) \(residual): \(difference)")
      #expect((result.width, result.height) == (61, 1999))
    }
  }

  /// Borders between strips at various positions, or none at all.
  @Test(arguments: [1000, 1001, 1002, 1003, 1013]) func everyHeightIsCutRight(height: Int) throws {
    let generator = generator()
    let image = image(width: 18, height: height)
    let whole = try translation(of: image, by: generator, memory: nil).image
    for budget in [5_400_000, 5_900_000, 6_500_000] {
      let (result, estimate, _) = try translation(of: image, by: generator, memory: budget)
      #expect(estimate?.isInStrips == true)
      let tolerance: Float = estimate?.isRounded == true ? 2e-3 : 1e-4
      #expect(zip(result.pixels, whole.pixels).allSatisfy { abs($0 - $1) < tolerance })
    }
  }

  @Test(arguments: Budget.allCases) private func doesNotDependOnThreads(budget: Budget) throws {
    let count = ThreadPool.threadCount
    defer { ThreadPool.threadCount = count }
    let image = image(width: 60, height: 1600)
    let results = try [1, 2].map { threads in
      ThreadPool.threadCount = threads
      return try translation(of: image, by: generator(), memory: budget.rawValue).image
    }
    #expect(results[0] == results[1])
  }

  @Test func keepsAlphaDepthAndMetadata() throws {
    var image = image(width: 50, height: 1500, channels: 4)
    image.bitDepth = .sixteen
    image.metadata.exif = Data([1, 2])
    let generator = generator()
    let whole = try translation(of: image, by: generator, memory: nil).image
    let (result, estimate, _) = try translation(of: image, by: generator, memory: 9_000_000)
    #expect(estimate?.isInStrips == true)
    #expect(result.alpha == image.alpha)
    #expect(result.header == whole.header)
  }

  @Test(.enabled(if: Precision.bfloat16.obstacle == nil, "needs a processor with AVX-512 BF16"))
  func takesBfloat16() throws {
    let generator = generator()
    let image = image(width: 61, height: 1999)
    let exact = try translation(of: image, by: generator, memory: nil).image
    let whole = try translation(of: image, by: generator, memory: nil, precision: .bfloat16).image
    let (result, estimate, _) = try translation(
      of: image, by: generator, memory: Budget.singlePrecision.rawValue, precision: .bfloat16)
    #expect(estimate?.isInStrips == true)
    // Statistics that differ in their last bits can make values round the other way.
    func difference(_ a: Image, _ b: Image) -> Float { zip(a.pixels, b.pixels).map { abs($0 - $1) }.max() ?? 1 }
    #expect(difference(result, whole) < difference(exact, whole) / 2, "\(difference(result, whole))")
  }

  @Test func saysWhatEvenStripsLack() throws {
    let (generator, image) = (generator(), image(width: 61, height: 1999))
    let error = #expect(throws: TranslationError.self) { try translation(of: image, by: generator, memory: 100_000) }
    guard case .notEnoughMemory(let needed, 100_000) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(throws: Never.self) { try translation(of: image, by: generator, memory: needed) }
  }

  /// A network that drops values when it is used is not a chain of stages, and neither is a U-Net.
  @Test func refusesOtherNetworksInWords() throws {
    var configuration = UNetGenerator.Configuration()
    (configuration.width, configuration.downsamplings) = (8, 3)
    let image = image(width: 61, height: 1999)
    var dropping = generator().configuration
    (dropping.dropout, dropping.atTest) = (true, .asInTraining)
    for network in [UNetGenerator(configuration), ResNetGenerator(dropping)] as [any TranslationNetwork] {
      let error = #expect(throws: TranslationError.self) { try translation(of: image, by: network, memory: 1_000_000) }
      #expect(error.map { "\($0)" }?.contains("of memory") == true)
    }
  }

  @Test func saysWhyATemporaryFileCannotBeUsed() throws {
    let missing = URL(filePath: "/nowhere/at/all")
    let error = #expect(throws: TranslationError.self) {
      try translation(
        of: image(width: 61, height: 1999), by: generator(), memory: Budget.spilled.rawValue, folder: missing)
    }
    #expect(error == .temporaryFile(folder: missing.path, reason: "No such file or directory"))
  }

  @Test func leavesNoFileBehind() throws {
    let folder = try TemporaryFolder()
    let sink = PartsSink()
    var translator = try Translator(generator())
    translator.memoryLimit = Budget.spilled.rawValue
    translator.temporaryFolder = folder.url
    var names: Set<String> = []
    sink.onAdvance = { _ in
      names.formUnion((try? FileManager.default.contentsOfDirectory(atPath: folder.url.path)) ?? [])
    }
    try translator.translate(image(width: 61, height: 1999), into: sink)
    #expect(sink.fractions.count > 10 && sink.fractions == sink.fractions.sorted())
    #expect(names.isEmpty)
  }

  @Test func endsWhereItIsAskedTo() throws {
    struct Stop: Error {}
    let sink = PartsSink()
    sink.onAdvance = { if $0 > 0.5 { throw Stop() } }
    var translator = try Translator(generator())
    translator.memoryLimit = Budget.singlePrecision.rawValue
    #expect(throws: Stop.self) { try translator.translate(image(width: 61, height: 1999), into: sink) }
    #expect(sink.parts.isEmpty)
  }
}

/// Collects the parts that it receives.
final class PartsSink: ImageSink {
  var header: ImageHeader?
  var parts: [Image] = []
  var estimate: ComputationEstimate?
  var fractions: [Double] = []
  var onAdvance: (Double) throws -> Void = { _ in }

  func expect(_ estimate: ComputationEstimate) { self.estimate = estimate }
  func begin(_ header: ImageHeader) { self.header = header }
  func append(_ part: Image) { parts.append(part) }

  func advance(to fraction: Double) throws {
    fractions.append(fraction)
    try onAdvance(fraction)
  }

  /// The parts from top to bottom.
  var image: Image {
    Image(
      width: parts[0].width, height: parts.reduce(0) { $0 + $1.height }, channels: parts[0].channels,
      pixels: parts.flatMap(\.pixels), bitDepth: parts[0].bitDepth, metadata: parts[0].metadata)
  }
}
