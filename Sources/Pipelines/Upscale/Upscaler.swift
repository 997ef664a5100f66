import Images
import Models
import Tensors

/// Enlarges images of any size with a super-resolution network, in tiles whose results together equal that of the whole.
///
/// Gray stays gray and colour stays colour: a colour network gets gray in all three channels, and its output's luma is
/// used; a gray network gets each colour channel by itself. An image that is gray but stored in three channels is enlarged
/// as gray, because a colour network may tint it. A network that makes colours of gray, or gray of colours, makes all
/// images what it makes. Alpha is enlarged by bicubic interpolation, which leaves
/// opaque and transparent areas as they are. Fully transparent pixels take the colours of nearby visible ones before
/// the network sees them, so that hidden colours do not show along edges.
public struct Upscaler {
  public static let denoisingStrengths = 0.0...1.0
  public static let scales = 1.0...64.0

  let network: any UpscalingNetwork
  /// Counted once, because counting walks through all of the network's properties.
  let parameterCount: Int
  let precision: Precision
  /// Of the network's features.
  let inference = RepeatedInference()
  /// The factor by which results are larger than their images.
  public let scale: Double
  public let tileSize: TileSize
  /// Whether the network sees each image in all eight orientations, and the results' mean counts (geometric self-ensemble, Lim
  /// et al. 2017): nearer to the truth by a little, in eight times the time.
  public var usesEnsemble = false
  /// Whether an image is a texture that goes on at its opposite border.
  public var wrapsAround = false
  /// The memory in bytes that computing may take; nil for all that the system says is free.
  public var memoryLimit: Int?

  /// - Parameters:
  ///   - scale: one of `scales`; the network's if nil. If it is another than the network's, a Lanczos filter brings the
  ///     network's output to that size.
  ///   - precision: one that this machine supports, whose `obstacle` is nil.
  ///
  /// Throws `UpscalingError`.
  public init(
    _ network: any UpscalingNetwork, scale: Double? = nil, tileSize: TileSize = .automatic,
    precision: Precision = .float32
  ) throws {
    let scale = scale ?? Double(network.scale)
    guard Self.scales.contains(scale) else { throw UpscalingError.unusableScale(asked: scale) }
    if case .side(let side) = tileSize, side < TileSize.smallest { throw UpscalingError.tileTooSmall(asked: side) }
    let (input, output) = (network.inputChannels, network.outputChannels)
    guard [1, 3].contains(input), [1, 3].contains(output) else {
      throw UpscalingError.unusableChannels(input: input, output: output)
    }
    self.network = network.folded()
    parameterCount = self.network.parameterCount
    self.scale = scale
    self.tileSize = tileSize
    self.precision = precision
  }

  /// Identifies the model and its settings: results with another identity have to be made again.
  public var identity: String {
    "upscale, model \(network.fingerprint.text), scale \(Self.text(of: scale)), \(precision.rawValue)"
      + (usesEnsemble ? ", ensemble" : "") + (wrapsAround ? ", wrapped" : "")
  }

  /// What follows the names of results that lie beside their images: "-x4" or "-x1.5".
  public var suffix: String { "-x\(Self.text(of: scale))" }

  /// "4" or "1.5".
  package static func text(of scale: Double) -> String {
    Int(exactly: scale).map(String.init) ?? String(scale)
  }

  /// The image `scale` times as large, with its bit depth and metadata. Throws `UpscalingError` if it needs more memory
  /// than there is.
  public func upscale(_ image: Image) throws -> Image {
    let canvas = ImageCanvas()
    try upscale(image, into: canvas)
    return canvas.image
  }

  /// Upscales tile by tile into a sink, which may write complete rows to a file, so that the result is never in memory
  /// as a whole.
  public func upscale(_ image: Image, into sink: some ImageSink) throws {
    func side(_ length: Int) -> Int { Int((Double(length) * scale).rounded()) }
    try upscale(image, toWidth: side(image.width), height: side(image.height), into: sink)
  }

  /// Upscales to a size, whatever `scale` is.
  func upscale(_ image: Image, toWidth width: Int, height: Int, into sink: some ImageSink) throws {
    let margin = wrapsAround ? wrappedMargin : 0
    let wrapped = image.wrapped(by: margin)
    let kept = image.bounds.placed(at: margin).enlarged(by: network.scale)
    let enlarged = wrapped.bounds.enlarged(by: network.scale)
    if kept == enlarged, width == enlarged.columns.count, height == enlarged.rows.count {
      try enlarge(wrapped, into: sink, resizes: false)
    } else {
      try enlarge(wrapped, into: ResizingSink(sink, keeping: kept, toWidth: width, height: height), resizes: true)
    }
  }

  /// What the network sees of a texture beyond its borders: all that the pixels at the borders depend on, in whole units of the
  /// network's, and what the filter reads when the result is resized.
  private var wrappedMargin: Int {
    let radius = network.receptiveRadius + Int(ResamplingFilter.lanczos.support)
    return (radius + network.sizeMultiple - 1) / network.sizeMultiple * network.sizeMultiple
  }

  /// Enlarges an image by `network.scale`, tile by tile.
  private func enlarge(_ image: Image, into sink: some ImageSink, resizes: Bool) throws {
    let scale = network.scale
    let plan = try plan(for: image, resizes: resizes, after: sink.interruptedTile)
    var result = image.header
    result.width *= scale
    result.height *= scale
    result.channels += resultChannels(of: image) - image.colorChannels
    try sink.begin(result)
    let image = image.withColorsSpread()
    // Asked of the whole image, because a gray part of a coloured image is no reason to treat its tile in another way.
    let isGrayInColors = keepsChannels && image.colorChannels == 3 && image.looksGray
    let source = isGrayInColors ? image.grayscale() : image
    let done = try sink.resume(tile: plan.tile, at: plan.rows.map { $0.part.upperBound * scale })
    for (index, tile) in plan.tiles.enumerated() where tile.part.rows.lowerBound * scale >= done {
      if index > 0 { try sink.advance(to: Double(index) / Double(plan.count)) }
      let part = try part(tile.part, of: source, reading: tile.extent)
      try sink.append(isGrayInColors ? part.withColors() : part)
    }
  }

  /// Whether results are gray or in colour as their images are.
  var keepsChannels: Bool { network.inputChannels == network.outputChannels }

  /// The number of channels of an image's result, apart from alpha.
  func resultChannels(of image: Image) -> Int { keepsChannels ? image.colorChannels : network.outputChannels }

  /// A tile's part of the result.
  private func part(_ part: PixelRectangle, of image: Image, reading extent: PixelRectangle) throws -> Image {
    let read = extent.clamped(to: image.bounds)
    let kept = part.relative(to: read)
    let source = image.cropped(to: read)
    let colors = try enlargedColors(of: source, extendedTo: extent, keeping: kept)
    guard let alpha = source.alpha else { return colors }
    let opacity = Image(width: source.width, height: source.height, channels: 1, pixels: alpha, bitDepth: .sixteen)
      .resized(toWidth: source.width * network.scale, height: source.height * network.scale, filter: .bicubic)
    return colors.withAlpha(opacity.cropped(to: kept.enlarged(by: network.scale)).pixels)
  }
}

extension Image {
  /// With a margin on each side, in which the image goes on at its opposite border.
  fileprivate func wrapped(by margin: Int) -> Image {
    guard margin > 0 else { return self }
    func positions(_ size: Int) -> [Int] { (-margin..<size + margin).map { ($0 % size + size) % size } }
    var wrapped = gathered(rows: positions(height), columns: positions(width))
    wrapped.metadata = metadata  // which the result gets, after the margin is gone
    return wrapped
  }
}
