import Images
import Models
import Tensors

/// A super-resolution network over whole images of any size, in tiles that together give what it makes of the whole.
///
/// Gray stays gray and colour stays colour: a network of colours gets gray three times, and its output's luma counts; a
/// network of gray gets each colour by itself. Alpha is enlarged by bicubic interpolation, which leaves what is wholly
/// opaque or transparent so. What is transparent altogether takes the colours of what is visible beside it before the
/// network sees it, so that no border shows colours that were hidden.
public struct Upscaler {
  let network: any UpscalingNetwork
  let precision: Precision
  /// How many times as large results are as their images.
  public let scale: Int
  public let tileSize: TileSize
  /// The bytes that computing may take; nil for what the system says is free.
  public var memoryLimit: Int?

  /// - Parameters:
  ///   - scale: the network's if nil. For a smaller one the network's output is made smaller by a Lanczos filter; a larger
  ///     one is refused.
  ///   - precision: one whose `obstacle` is nil.
  ///
  /// Throws `UpscalingError`.
  public init(
    _ network: any UpscalingNetwork, scale: Int? = nil, tileSize: TileSize = .automatic, precision: Precision = .float32
  ) throws {
    let scale = scale ?? network.scale
    precondition(scale >= 1, "images cannot become \(scale) times as large")
    guard scale <= network.scale else { throw UpscalingError.scaleBeyondModel(asked: scale, model: network.scale) }
    if case .side(let side) = tileSize, side < TileSize.smallest { throw UpscalingError.tileTooSmall(asked: side) }
    let (input, output) = (network.inputChannels, network.outputChannels)
    guard input == output, input == 1 || input == 3 else {
      throw UpscalingError.unusableChannels(input: input, output: output)
    }
    self.network = network
    self.scale = scale
    self.tileSize = tileSize
    self.precision = precision
  }

  /// Stands for all that results depend on, besides their images.
  public var identity: String { "upscale, model \(network.fingerprint.text), scale \(scale), \(precision.rawValue)" }

  /// The image `scale` times as large, with its bit depth and metadata. Throws `UpscalingError` where memory is lacking.
  public func upscale(_ image: Image) throws -> Image {
    let canvas = ImageCanvas()
    try upscale(image, into: canvas)
    return canvas.image
  }

  /// The same tile by tile into what takes them, which may write away what is complete: no result is held here.
  public func upscale(_ image: Image, into sink: some ImageSink) throws {
    let plan = try plan(for: image)
    var result = image.header
    result.width *= scale
    result.height *= scale
    try sink.begin(result)
    let image = image.withColorsSpread()
    for (index, tile) in plan.tiles.enumerated() {
      if index > 0 { try sink.advance(to: Double(index) / Double(plan.count)) }
      try sink.append(part(tile.part, of: image, reading: tile.extent))
    }
  }

  /// How many pixels of the image the filter that makes the network's output smaller reaches.
  var resizingMargin: Int {
    scale == network.scale ? 0 : (Int(ResamplingFilter.lanczos.support) + scale - 1) / scale
  }

  /// One tile's part of the result.
  private func part(_ part: Area, of image: Image, reading extent: Area) throws -> Image {
    let kept = part.widened(by: resizingMargin).clamped(to: image.area)
    let read = extent.clamped(to: image.area)
    var source = image.cropped(to: read)
    source.bitDepth = .sixteen  // nothing is to be rounded on the way
    return try enlarged(source, extendedTo: extent, keeping: kept.relative(to: read))
      .resized(toWidth: kept.columns.count * scale, height: kept.rows.count * scale, filter: .lanczos)
      .cropped(to: part.relative(to: kept).enlarged(by: scale))
  }

  /// Part of an image, `network.scale` times as large.
  private func enlarged(_ image: Image, extendedTo extent: Area, keeping kept: Area) throws -> Image {
    let colors = try enlargedColors(of: image, extendedTo: extent, keeping: kept)
    guard let alpha = image.alpha else { return colors }
    let opacity = Image(width: image.width, height: image.height, channels: 1, pixels: alpha, bitDepth: .sixteen)
      .resized(toWidth: image.width * network.scale, height: image.height * network.scale, filter: .bicubic)
    return colors.withAlpha(opacity.cropped(to: kept.enlarged(by: network.scale)).pixels)
  }
}
