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

  let network: any UpscalingNetwork
  /// Counted once, because counting walks through all of the network's properties.
  let parameterCount: Int
  let precision: Precision
  /// Of the network's features.
  let inference = RepeatedInference()
  /// The factor by which results are larger than their images.
  public private(set) var scale: Int
  public let tileSize: TileSize
  /// The memory in bytes that computing may take; nil for all that the system says is free.
  public var memoryLimit: Int?

  /// - Parameters:
  ///   - scale: from 1 to the network's; the network's if nil. For a smaller scale, a Lanczos filter reduces the
  ///     network's output.
  ///   - precision: one that this machine supports, whose `obstacle` is nil.
  ///
  /// Throws `UpscalingError`.
  public init(
    _ network: any UpscalingNetwork, scale: Int? = nil, tileSize: TileSize = .automatic, precision: Precision = .float32
  ) throws {
    let scale = scale ?? network.scale
    guard scale >= 1 else { throw UpscalingError.scaleTooSmall(asked: scale) }
    guard scale <= network.scale else { throw UpscalingError.scaleBeyondModel(asked: scale, model: network.scale) }
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

  /// The same upscaler with a factor of enlargement that is no larger than its own.
  func enlarging(byAtMost scale: Int) -> Upscaler {
    var upscaler = self
    upscaler.scale = min(max(1, scale), self.scale)
    return upscaler
  }

  /// Identifies the model and its settings: results with another identity have to be made again.
  public var identity: String { "upscale, model \(network.fingerprint.text), scale \(scale), \(precision.rawValue)" }

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
    let plan = try plan(for: image, after: sink.interruptedTile)
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

  /// The radius of the filter that reduces the network's output, in pixels of the image.
  var resizingMargin: Int {
    scale == network.scale ? 0 : (Int(ResamplingFilter.lanczos.support) + scale - 1) / scale
  }

  /// A tile's part of the result.
  private func part(_ part: PixelRectangle, of image: Image, reading extent: PixelRectangle) throws -> Image {
    let kept = part.widened(by: resizingMargin).clamped(to: image.bounds)
    let read = extent.clamped(to: image.bounds)
    var source = image.cropped(to: read)
    source.bitDepth = .sixteen  // so that resizing does not round
    return try enlarged(source, extendedTo: extent, keeping: kept.relative(to: read))
      .resized(toWidth: kept.columns.count * scale, height: kept.rows.count * scale, filter: .lanczos)
      .cropped(to: part.relative(to: kept).enlarged(by: scale))
  }

  /// Part of an image, enlarged by `network.scale`.
  private func enlarged(_ image: Image, extendedTo extent: PixelRectangle, keeping kept: PixelRectangle) throws -> Image
  {
    let colors = try enlargedColors(of: image, extendedTo: extent, keeping: kept)
    guard let alpha = image.alpha else { return colors }
    let opacity = Image(width: image.width, height: image.height, channels: 1, pixels: alpha, bitDepth: .sixteen)
      .resized(toWidth: image.width * network.scale, height: image.height * network.scale, filter: .bicubic)
    return colors.withAlpha(opacity.cropped(to: kept.enlarged(by: network.scale)).pixels)
  }
}
