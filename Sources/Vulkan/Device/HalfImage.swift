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
    let isScaled = isScaled(source, saturates: saturates)
    let source = readable(source, isScaled: isScaled)
    let (rows, columns) = plan.places(in: source)
    return halves(source, rows, columns, channels: channels, saturates: saturates, isScaled: isScaled)
  }

  /// A source's own pixels, with zeros in added channels.
  func halves(_ source: PixelSource, channels: Int, saturates: Bool) -> HalfImage {
    let isScaled = isScaled(source, saturates: saturates)
    let source = readable(source, isScaled: isScaled)
    return halves(source, source.rows, source.columns, channels: channels, saturates: saturates, isScaled: isScaled)
  }

  /// Gradients are scaled, since they may have any order of magnitude. So are activations in training, where no norm has
  /// brought them to the order of 1: at its beginning, those of deep networks may be tiny.
  private func isScaled(_ source: PixelSource, saturates: Bool) -> Bool {
    source.isGradient || !saturates && source.parts.contains { $0.statistics == nil }
  }

  private func halves(
    _ source: PixelSource, _ rows: [Int32], _ columns: [Int32], channels: Int, saturates: Bool, isScaled: Bool
  ) -> HalfImage {
    let values = stored(source.parts[0].values)
    if source.isPlain, !isScaled, values.format == .halves, source.channels == channels, rows == source.rows,
      columns == source.columns
    {
      return HalfImage(values: values, largest: nil)
    }
    let largest = isScaled ? largest(values) : nil
    let image = gathered(
      source, rows: rows, columns: columns, channels: channels,
      as: HalfConversion(saturates: saturates, largest: largest))
    return HalfImage(values: image, largest: largest)
  }

  /// The source, or its pixels where they must be worked out first: parts that begin within eight channels, and values to be
  /// scaled whose largest magnitude is not that of one array. Rectifiers make values smaller; those that do not may take
  /// them beyond float16's range, which training notices.
  private func readable(_ source: PixelSource, isScaled: Bool) -> PixelSource {
    let isReadable =
      isScaled
      ? source.parts.count == 1 && source.parts[0].statistics == nil && source.parts[0].factor.magnitude <= 1
      : source.parts.dropLast().allSatisfy { $0.channels % 8 == 0 }
    if isReadable { return source }
    return PixelSource(
      pixels(of: source, adding: nil), batch: source.batch, height: source.height, width: source.width,
      channels: source.channels)
  }
}
