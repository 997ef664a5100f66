import Images
import Kernels
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
  private let precision: Precision
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
    var done = 0
    for rows in plan.rows {
      for columns in plan.columns {
        if done > 0 { try sink.advance(to: Double(done) / Double(plan.count)) }
        try sink.append(part(of: image, rows, columns))
        done += 1
      }
    }
  }

  /// How many pixels of the image the filter that makes the network's output smaller reaches.
  var resizingMargin: Int {
    scale == network.scale ? 0 : (Int(ResamplingFilter.lanczos.support) + scale - 1) / scale
  }

  /// Whether a network of gray gets colours.
  func takesColorsSingly(of image: Image) -> Bool { network.inputChannels == 1 && image.colorChannels == 3 }

  /// One tile's part of the result.
  private func part(of image: Image, _ rows: TilePlan.Span, _ columns: TilePlan.Span) -> Image {
    let read = Area(rows: rows.extent, columns: columns.extent).clamped(to: image)
    let part = Area(rows: rows.part, columns: columns.part)
    let kept = part.widened(by: resizingMargin).clamped(to: image)
    var source = image.cropped(to: read)
    source.bitDepth = .sixteen  // nothing is to be rounded on the way
    return enlarged(source, extendedTo: (rows.extent.count, columns.extent.count))
      .cropped(to: kept.enlarged(by: network.scale, within: read))
      .resized(toWidth: kept.columns.count * scale, height: kept.rows.count * scale, filter: .lanczos)
      .cropped(to: part.enlarged(by: scale, within: kept))
  }

  /// An image through the network, which sees it extended by reflection at its right and bottom; so is the result.
  private func enlarged(_ image: Image, extendedTo size: (height: Int, width: Int)) -> Image {
    let takesColorsSingly = takesColorsSingly(of: image)
    let colors = Tensor(
      image.array(channels: takesColorsSingly ? 3 : network.inputChannels, range: .unit)
        .extendedByReflection(height: size.height, width: size.width))
    let output = withoutGradients(precision: precision) {
      // One image of three colours is three images of one.
      takesColorsSingly ? network(colors.transposed([3, 1, 2, 0])).transposed([3, 1, 2, 0]) : network(colors)
    }
    var enlarged = Image(array: output.value, range: .unit)
    enlarged.bitDepth = .sixteen
    if image.colorChannels == 1 { enlarged = enlarged.grayscale() }
    guard let alpha = image.alpha else { return enlarged }
    let (width, height) = (image.width * network.scale, image.height * network.scale)
    let opacity = Image(width: image.width, height: image.height, channels: 1, pixels: alpha, bitDepth: .sixteen)
      .resized(toWidth: width, height: height, filter: .bicubic)
    return enlarged.cropped(x: 0, y: 0, width: width, height: height).withAlpha(opacity.pixels)
  }
}

/// Rows and columns of pixels.
private struct Area {
  var rows: Range<Int>
  var columns: Range<Int>

  func clamped(to image: Image) -> Area {
    Area(rows: rows.clamped(to: 0..<image.height), columns: columns.clamped(to: 0..<image.width))
  }

  func widened(by margin: Int) -> Area {
    func widened(_ range: Range<Int>) -> Range<Int> { range.lowerBound - margin..<range.upperBound + margin }
    return Area(rows: widened(rows), columns: widened(columns))
  }

  /// Where these pixels are in an image of `other` that was made `scale` times as large.
  func enlarged(by scale: Int, within other: Area) -> Area {
    func enlarged(_ range: Range<Int>, _ start: Int) -> Range<Int> {
      (range.lowerBound - start) * scale..<(range.upperBound - start) * scale
    }
    return Area(
      rows: enlarged(rows, other.rows.lowerBound), columns: enlarged(columns, other.columns.lowerBound))
  }
}

extension Image {
  fileprivate func cropped(to area: Area) -> Image {
    if area.rows == 0..<height && area.columns == 0..<width { return self }
    return cropped(
      x: area.columns.lowerBound, y: area.rows.lowerBound, width: area.columns.count, height: area.rows.count)
  }
}
