import Kernels

/// How float32 numbers become float16 numbers.
struct HalfConversion {
  /// Whether numbers beyond float16's range become its largest, or else infinite.
  let saturates: Bool
  /// The largest magnitude of the numbers, if they are scaled by it, as a gradient's are.
  let largest: VulkanBlock?
}

/// Images of float16 numbers, with channels in eights, for products of matrices.
struct HalfImage {
  let values: VulkanBlock
  /// The largest magnitude before the values were scaled, if they were.
  let largest: VulkanBlock?
}

extension VulkanDevice {
  /// The padded image that a plan's phases read; the source itself where it is that already.
  func paddedHalves(_ source: PixelSource, _ plan: ConvolutionPlan, channels: Int, saturates: Bool) -> HalfImage {
    let source = readable(source)
    let (rows, columns) = plan.places(in: source)
    return halves(source, rows: rows, columns: columns, channels: channels, saturates: saturates)
  }

  /// A source's own pixels, with zeros in added channels.
  func halves(_ source: PixelSource, channels: Int, saturates: Bool) -> HalfImage {
    let source = readable(source)
    return halves(source, rows: source.rows, columns: source.columns, channels: channels, saturates: saturates)
  }

  private func halves(
    _ source: PixelSource, rows: [Int32], columns: [Int32], channels: Int, saturates: Bool
  ) -> HalfImage {
    let values = stored(source.parts[0].values)
    if source.isPlain, !source.isGradient, values.format == .halves, source.channels == channels,
      rows == source.rows, columns == source.columns
    {
      return HalfImage(values: values, largest: nil)
    }
    let largest = source.isGradient ? largest(values) : nil
    let image = gathered(
      source, rows: rows, columns: columns, channels: channels,
      as: HalfConversion(saturates: saturates, largest: largest))
    return HalfImage(values: image, largest: largest)
  }

  /// The source, or its pixels where they must be worked out first: parts that begin within eight channels, and gradients
  /// whose largest magnitude is not that of one array.
  private func readable(_ source: PixelSource) -> PixelSource {
    let isReadable =
      source.isGradient
      ? source.parts.count == 1 && source.parts[0].isUnchanged
      : source.parts.dropLast().allSatisfy { $0.channels % 8 == 0 }
    if isReadable { return source }
    var pixels = PixelSource(
      pixels(of: source, adding: nil), batch: source.batch, height: source.height, width: source.width,
      channels: source.channels)
    pixels.isGradient = source.isGradient
    return pixels
  }
}
