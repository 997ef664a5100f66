import Threads
import VectorKernels

/// Winograd's minimal filtering of 3x3 kernels (Lavin and Gray 2016): tiles of pixels are transformed, and each
/// position of a transformed tile is one matrix product over the channels.
///
/// With stride 1 it is F(4x4, 3x3): 4x4 outputs from 6x6 inputs take 36 multiplications instead of 144. With stride 2,
/// forward and backward, it takes 81 instead of 144: along each axis, two of the three taps read the same pixels and
/// are filtered together.
///
/// It is used where it was faster than the direct product on two Zen 4 cores with AVX-512. With stride 1, it took
/// between 0.85 (16 channels, backward) and 0.32 (256 channels) of the direct product's time, for images down to 8x8;
/// with stride 2, 0.83 to 0.97 forward, for at least 64 channels and 64 tiles, and 0.78 to 0.90 backward, for at least
/// 16 tiles. Below that, the transforms, or reading 81 matrices of weights for a few tiles, cost more than the
/// filtering saves. The weight gradient follows the forward rule, which was not measured for it.
struct Winograd {
  let form: WinogradForm
  /// The channels read and written. In the input gradient, these are the convolution's output and input channels.
  let inputChannels: Int, outputChannels: Int
  private let grid: WinogradGrid

  /// The most transformed values, inputs and products together, that a thread holds at once.
  private static let blockValues = 1 << 18
  /// The same for a weight gradient, whose products all threads share.
  private static let gradientValues = 1 << 23

  /// Nil for a convolution to which the filtering does not apply, or for which it is not worthwhile.
  static func forward(_ geometry: ConvolutionGeometry) -> Winograd? {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    guard suits(geometry), geometry.outputHeight >= 4, geometry.outputWidth >= 4, vertical.stride == horizontal.stride,
      vertical.stride <= 2
    else { return nil }
    let winograd = Winograd(
      vertical.stride == 1 ? .unit : .strided, inputChannels: geometry.inputChannels,
      outputChannels: geometry.outputChannels, firstRow: -vertical.paddingBefore,
      firstColumn: -horizontal.paddingBefore, outputHeight: geometry.outputHeight, outputWidth: geometry.outputWidth)
    return winograd.isWorthwhile ? winograd : nil
  }

  /// The same for a convolution's input gradient.
  static func backward(_ geometry: ConvolutionGeometry) -> Winograd? {
    if geometry.isFlippable { return forward(geometry.flipped) }
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    guard suits(geometry), geometry.inputHeight >= 4, geometry.inputWidth >= 4,
      vertical.stride == 2, horizontal.stride == 2, vertical.paddingBefore == 1, horizontal.paddingBefore == 1
    else { return nil }
    let winograd = Winograd(
      .enlarging, inputChannels: geometry.outputChannels, outputChannels: geometry.inputChannels, firstRow: 0,
      firstColumn: 0, outputHeight: geometry.inputHeight, outputWidth: geometry.inputWidth)
    return winograd.isWorthwhile ? winograd : nil
  }

  /// Its approximate time as a share of the direct product's, from the measurements above.
  var shareOfDirectTime: Double {
    switch form {
    case .unit: 0.35
    case .strided, .enlarging: 0.85
    }
  }

  private var isWorthwhile: Bool {
    switch form {
    case .unit: true
    case .strided: grid.tiles >= 64 && min(inputChannels, outputChannels) >= 64
    case .enlarging: grid.tiles >= 16
    }
  }

  private static func suits(_ geometry: ConvolutionGeometry) -> Bool {
    geometry.kernelHeight == 3 && geometry.kernelWidth == 3 && geometry.vertical.dilation == 1
      && geometry.horizontal.dilation == 1 && geometry.inputChannels % 16 == 0 && geometry.outputChannels % 16 == 0
  }

  private init(
    _ form: WinogradForm, inputChannels: Int, outputChannels: Int, firstRow: Int, firstColumn: Int, outputHeight: Int,
    outputWidth: Int
  ) {
    self.form = form
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    grid = WinogradGrid(
      form, firstRow: firstRow, firstColumn: firstColumn, outputHeight: outputHeight, outputWidth: outputWidth)
  }

  /// A kernel `[3, 3, inputChannels, outputChannels]`, transformed and packed for `run`.
  func transformed(weight: UnsafePointer<Float>) -> HostMemory {
    let kernels = InstructionSet.kernels
    let panels = PositionMatrices(form, rows: inputChannels, channels: outputChannels)
    let transform = WinogradWeight(
      form, kernel: weight, rows: inputChannels, columns: outputChannels, panels: panels[0],
      positionStride: panels.stride)
    let bands = Bands(count: inputChannels, atMost: 16)
    ThreadPool.run(count: bands.pieces) { kernels.transformWeight(transform, rows: bands[$0]) }
    return panels.memory
  }

  /// - Parameters:
  ///   - weight: from `transformed`.
  ///   - addend: added to the output, whose shape it has, while that is in cache.
  ///   - gathersMoments: whether to return the output's moments, with a group for each image.
  func run(
    _ input: PixelReader, weight: HostMemory, bias: UnsafePointer<Float>?, addend: UnsafePointer<Float>? = nil,
    gathersMoments: Bool, output: UnsafeMutablePointer<Float>
  ) -> MomentGatherer? {
    let kernels = InstructionSet.kernels
    let panels = PositionMatrices(weight, rows: inputChannels, channels: outputChannels)
    let valuesPerTile = form.positions * (inputChannels + outputChannels)
    let blocks = grid.blocks(of: max(8, Self.blockValues / valuesPerTile))
    let moments =
      gathersMoments ? MomentGatherer(groups: input.batch, parts: blocks.count, channels: outputChannels) : nil
    ThreadPool.run(count: input.batch * blocks.count) { index in
      let (image, piece) = index.quotientAndRemainder(dividingBy: blocks.count)
      let tiles = blocks[piece]
      let transformed = PositionMatrices(form, rows: tiles.count, channels: inputChannels)
      let products = PositionMatrices(form, rows: tiles.count, channels: outputChannels)
      grid.forEachRun(in: tiles) { grid.readInput($0, input, image: image, into: transformed, with: kernels) }
      for position in 0..<form.positions {
        kernels.multiply(
          rows: tiles.count, columns: outputChannels, left: transformed[position], leftRow: inputChannels,
          inner: inputChannels, leftStep: 1, right: panels[position],
          output: products[position])
      }
      let target = output + image * grid.outputHeight * grid.outputWidth * outputChannels
      grid.forEachRun(in: tiles) { grid.writeOutput($0, products, bias: bias, to: target, with: kernels) }
      if let addend {
        let runs = grid.pixelRuns(in: tiles, of: target, channels: outputChannels)
        kernels.add(addend, to: output, in: runs, channels: outputChannels)
      }
      moments?.gather(
        grid.pixelRuns(in: tiles, of: target, channels: outputChannels), group: image, part: piece, kernels)
      withExtendedLifetime((transformed, products)) {}
    }
    withExtendedLifetime(panels) {}
    return moments
  }

  /// Computes the weight gradient, `[3, 3, inputChannels, outputChannels]`.
  func weightGradient(
    _ input: PixelReader, outputGradient: PixelReader, into weightGradient: UnsafeMutablePointer<Float>
  ) {
    let kernels = InstructionSet.kernels
    // The tiles of all images, in bands whose transforms fit in the last-level cache. Each band is split among the
    // threads.
    let valuesPerTile = form.positions * (inputChannels + outputChannels)
    let bands = Bands(count: input.batch * grid.tiles, atMost: max(64, Self.gradientValues / valuesPerTile))
    let transformed = PositionMatrices(form, rows: bands.longest, channels: inputChannels)
    let gradients = PositionMatrices(form, rows: bands.longest, channels: outputChannels)
    let sums = PositionMatrices(form, rows: inputChannels, channels: outputChannels)
    let panelCount = Panels.count(columns: outputChannels)
    for piece in 0..<bands.pieces {
      let band = bands[piece]
      let blocks = Bands(count: band.count, atMost: 16)
      ThreadPool.run(count: blocks.pieces) { block in
        let tiles = blocks[block]
        let first = band.lowerBound + tiles.lowerBound
        grid.forEachRun(in: first..<first + tiles.count) { run in
          var run = run
          run.firstIndex += tiles.lowerBound
          let image = run.row / grid.rows
          run.row %= grid.rows
          grid.readInput(run, input, image: image, into: transformed, with: kernels)
          grid.readOutputGradient(
            run, outputGradient, image: image, tiles: band.count, into: gradients, with: kernels)
        }
      }
      ThreadPool.run(count: form.positions * panelCount) { index in
        let (position, panel) = index.quotientAndRemainder(dividingBy: panelCount)
        let first = panel * Panels.width
        kernels.multiply(
          rows: inputChannels, columns: Panels.width(of: panel, columns: outputChannels), left: transformed[position],
          leftRow: 1, inner: band.count, leftStep: inputChannels, right: gradients[position] + first * band.count,
          output: sums[position] + first, outputRow: outputChannels, accumulates: piece > 0)
      }
    }
    let matrix = inputChannels * outputChannels
    let ranges = Bands(count: matrix / 16, atMost: 256)
    ThreadPool.run(count: ranges.pieces) { piece in
      let range = ranges[piece]
      kernels.transformWeightGradient(
        form, from: sums[0], positionStride: sums.stride, into: weightGradient, stride: matrix,
        range: range.lowerBound * 16..<range.upperBound * 16)
    }
    withExtendedLifetime((transformed, gradients, sums)) {}
  }
}

extension VectorKernels {
  /// A product whose left side is one segment.
  fileprivate func multiply(
    rows: Int, columns: Int, left: UnsafePointer<Float>, leftRow: Int, inner: Int, leftStep: Int,
    right: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, outputRow: Int? = nil, accumulates: Bool = false
  ) {
    withUnsafePointer(to: 0) { start in
      var product = PanelProduct(
        rows: rows, columns: columns, left: left, leftRow: leftRow, segments: start, segmentCount: 1, run: inner,
        right: right, output: output, outputRow: outputRow ?? columns)
      product.leftStep = leftStep
      product.accumulates = accumulates
      multiply(product)
    }
  }
}
