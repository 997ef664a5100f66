import Foundation
import Images
import Layers
import Models
import Tensors

/// Translates images of any size with a generator.
///
/// If memory does not suffice for a whole image, a generator that is a chain of stages computes it in strips, stage by
/// stage, with the norms' statistics of the whole image: the result is the same except for rounding.
///
/// With a working size, the generator sees a reduced copy of an image that is larger, and its result is brought back to
/// the image's size along the image's edges, or by an upscaler.
public struct Translator {
  private let generator: any TranslationNetwork
  /// The shorter side at which the generator sees larger images, in pixels; nil for every image's own.
  let size: Int?
  /// What brings results made at that size to their images' size; nil for the images' edges.
  let upscaler: Upscaler?
  private let precision: Precision
  private let inference = RepeatedInference()
  private let speed: NetworkSpeed
  /// The memory in bytes that a translation may take, without the image and its result; nil for all that the system
  /// says is free.
  public var memoryLimit: Int?
  /// Where a temporary file may be created: `TMPDIR` if it is set, otherwise the system's folder.
  public var temporaryFolder = FileManager.default.temporaryDirectory

  /// Images with more pixels are announced with an estimate.
  private static let largeImage = 4_000_000

  /// - Parameters:
  ///   - generator: takes and makes images of 1 or 3 channels.
  ///   - size: the shorter side, in pixels, to which images are reduced for the generator, at least its smallest size.
  ///     Images whose shorter side is no longer are translated at their own size, and never enlarged. If nil, all are.
  ///   - upscaler: enlarges what was translated at a reduced size, before a Lanczos filter makes it exactly as large as
  ///     its image. If nil, it is enlarged along the image's edges. Requires a size.
  ///   - precision: one that this machine supports, whose `obstacle` is nil.
  ///
  /// Throws `TranslationError`.
  public init(
    _ generator: any TranslationNetwork, size: Int? = nil, then upscaler: Upscaler? = nil,
    precision: Precision = .float32
  ) throws {
    let (input, output) = (generator.inputChannels, generator.outputChannels)
    guard [1, 3].contains(input), [1, 3].contains(output) else {
      throw TranslationError.unusableChannels(input: input, output: output)
    }
    if let size, size < generator.smallestSize {
      throw TranslationError.unusableSize(asked: size, smallest: generator.smallestSize)
    }
    guard size != nil || upscaler == nil else { throw TranslationError.upscalerWithoutSize }
    self.generator = generator
    self.size = size
    self.upscaler = upscaler
    self.precision = precision
    speed = NetworkSpeed(generator, precision: precision)
  }

  /// Identifies the model and its settings: results with another identity have to be made again.
  public var identity: String {
    let whole = "translate, model \(generator.fingerprint.text), \(precision.rawValue)"
    guard let size else { return whole }
    return "\(whole), size \(size), " + (upscaler.map { "then \($0.identity)" } ?? "along edges")
  }

  /// The translated image, with the original's size, alpha, bit depth and metadata; gray or in colour, as the generator
  /// makes it.
  ///
  /// Throws `TranslationError` if the image needs more memory than there is.
  public func translate(_ image: Image) throws -> Image {
    let canvas = ImageCanvas()
    try translate(image, into: canvas)
    return canvas.image
  }

  /// Translates into a sink, which may receive the result in parts.
  public func translate(_ image: Image, into sink: some ImageSink) throws {
    if let size, size < min(image.width, image.height) {
      try translate(image, reducedTo: size, into: sink)
    } else {
      try translateAsItIs(image, into: sink)
    }
  }

  /// Translates at the image's own size.
  func translateAsItIs(_ image: Image, into sink: some ImageSink) throws {
    let size = Size(height: image.height, width: image.width)
    let needed = generator.memory(for: size)
    guard let available = memoryLimit ?? AvailableMemory.bytes, needed > available,
      let network = generator as? any StagedNetwork, let stages = network.stagesAtTest
    else {
      if image.width * image.height > Self.largeImage {
        let seconds = speed.seconds(for: generator.extended(size))
        sink.expect(estimate(of: image, memory: needed, seconds: seconds))
      }
      let output = try generator.output(
        for: image.array(channels: generator.inputChannels), precision: precision, memoryLimit: memoryLimit,
        by: inference)
      return try sink.write(translation(output, of: image))
    }
    do {
      let plan = try StripPlan(
        network, stages, size: generator.extended(size), available: available, folder: temporaryFolder)
      var estimate = estimate(
        of: image, memory: plan.memory, seconds: speed.seconds(for: generator.extended(size), cost: plan.cost))
      estimate.temporaryFile = plan.fileBytes
      estimate.isInStrips = true
      estimate.isRounded = plan.encoding != .float32
      sink.expect(estimate)
      try translate(image, stages, plan, into: sink)
    } catch TranslationError.notEnoughMemory(let least, _) {
      throw TranslationError.notEnoughMemory(needed: min(least, needed), available: available)
    }
  }

  private func translate(_ image: Image, _ stages: [any Stage], _ plan: StripPlan, into sink: some ImageSink) throws {
    defer { ArrayMemory.releaseIdle() }
    let rows = ImageRows(
      image: image, channels: generator.inputChannels,
      size: generator.extended(Size(height: image.height, width: image.width)))
    let strips = try StripTranslation(plan, rows, folder: temporaryFolder, report: sink.advance)
    let result = ResultRows(of: image, into: sink)
    try withoutGradients(precision: precision) {
      try strips.run(stages, rows: image.height) { strip in
        try result.append(Image(array: strip.first(image.width, alongAxis: 2).value.computed()))
      }
    }
  }

  /// A network's output as an image with the original's alpha, depth and metadata.
  private func translation(_ output: NDArray, of original: Image) throws -> Image {
    var result = Image(array: try output.computed(), metadata: original.metadata)
    result.bitDepth = original.bitDepth
    return try result.withAlpha(from: original)
  }

  private func estimate(of image: Image, memory: Int, seconds: Double) -> ComputationEstimate {
    ComputationEstimate(
      width: image.width, height: image.height, memory: memory, temporaryFile: 0, isInStrips: false,
      isRounded: false, seconds: seconds)
  }
}
