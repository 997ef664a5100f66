import Kernels

/// Operations along axes, and those of two arrays whose axes differ.
extension VulkanDevice {
  /// The functions of `strided.comp`, by the numbers that it gives them.
  private enum StridedFunction: Int {
    case sum, difference, product, quotient, copy

    init(_ function: BinaryFunction) {
      self =
        switch function {
        case .sum: .sum
        case .difference: .difference
        case .product: .product
        case .quotient: .quotient
        }
    }
  }

  private func strided(
    _ function: StridedFunction, _ left: VulkanBlock, _ right: VulkanBlock, _ axes: StridedAxes, count: Int
  ) -> Buffer {
    let result = block(count)
    run(
      .strided, constants: [function.rawValue, axes.rank], [.writes(result), .reads(left), .reads(right)],
      parameters: [count] + axes.parameters, groups: .covering(count, perGroup: 256))
    return Buffer(result, count: count)
  }

  /// An array of these sizes, each value read from `values` at the sum of its position times the strides.
  func rearranged(_ values: VulkanBlock, sizes: [Int], strides: [Int]) -> Buffer {
    strided(
      .copy, values, values, StridedAxes(sizes: sizes, leftStrides: strides, rightStrides: strides),
      count: sizes.reduce(1, *))
  }

  package func binary(
    _ function: BinaryFunction, _ left: Buffer, dimensions leftDimensions: [Int], _ right: Buffer,
    dimensions rightDimensions: [Int]
  ) -> Buffer {
    let output = zip(leftDimensions, rightDimensions).map { $0 == 1 ? $1 : $0 }
    return strided(
      StridedFunction(function), operand(left), operand(right),
      StridedAxes(output: output, left: leftDimensions, right: rightDimensions), count: output.reduce(1, *))
  }

  package func broadcast(_ values: Buffer, from dimensions: [Int], to outputDimensions: [Int]) -> Buffer {
    rearranged(operand(values), sizes: outputDimensions, strides: StridedAxes.strides(of: dimensions))
  }

  package func permuted(_ values: Buffer, dimensions: [Int], permutation: [Int]) -> Buffer {
    let strides = StridedAxes.strides(of: dimensions)
    return rearranged(
      operand(values), sizes: permutation.map { dimensions[$0] }, strides: permutation.map { strides[$0] })
  }

  package func assembled(count: Int, from pieces: [StridedCopy]) -> Buffer {
    let result = block(count)
    let copied = pieces.reduce(0) { $0 + $1.rows * $1.count }
    if copied < count { fill(result, with: 0) }
    for piece in pieces {
      // The pieces write places of their own, but in the same memory, which the barriers between them cannot tell.
      run(
        .copyRows, [.updates(result), .reads(operand(piece.source))],
        parameters: [
          piece.rows, piece.count, piece.sourceStart, piece.sourceStride, piece.targetStart, piece.targetStride,
        ], groups: .covering(piece.rows * piece.count, perGroup: 256))
    }
    return Buffer(result, count: count)
  }

  /// The functions of `reduce.comp`, by the numbers that it gives them.
  private enum ReducingFunction: Int { case sum, sumOfSquares, maximum, largestMagnitude }

  /// Reduces the middle axis of `[outer, count, inner]`, in bands of bounded length until one is left.
  private func reduced(
    _ function: ReducingFunction, _ values: VulkanBlock, outer: Int, count: Int, inner: Int
  ) -> VulkanBlock {
    guard count > 0 else {
      let zeros = block(outer * inner)
      fill(zeros, with: 0)
      return zeros
    }
    let plan = ChannelGroups(channels: inner)
    let bandRows = max(64, 4096 / plan.width)
    let bands = (count + bandRows - 1) / bandRows
    let result = block(outer * bands * inner)
    run(
      .reduce, constants: [function.rawValue, plan.width], [.writes(result), .reads(values)],
      parameters: [outer, count, inner, bands, bandRows, plan.groups],
      groups: .covering(outer * bands * plan.groups, perGroup: 1))
    if bands == 1 { return result }
    let joining: ReducingFunction =
      switch function {
      case .sum, .sumOfSquares: .sum
      case .maximum, .largestMagnitude: .maximum
      }
    return reduced(joining, result, outer: outer, count: bands, inner: inner)
  }

  /// The sum over the middle axis, for other operations.
  func summed(_ values: VulkanBlock, outer: Int, count: Int, inner: Int) -> VulkanBlock {
    reduced(.sum, values, outer: outer, count: count, inner: inner)
  }

  /// The largest magnitude of all values, NaN aside.
  func largest(_ values: VulkanBlock) -> VulkanBlock {
    if let kept = values.derived.withLock(\.largest) { return kept }
    let largest = reduced(.largestMagnitude, words(values), outer: 1, count: values.count, inner: 1)
    values.derived.withLock { $0.largest = largest }
    return largest
  }

  package func sum(_ values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer {
    Buffer(reduced(.sum, operand(values), outer: outer, count: count, inner: inner), count: outer * inner)
  }

  package func sumOfSquares(_ values: Buffer) -> Buffer {
    Buffer(reduced(.sumOfSquares, operand(values), outer: 1, count: values.count, inner: 1), count: 1)
  }

  package func maximum(_ values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer {
    Buffer(reduced(.maximum, operand(values), outer: outer, count: count, inner: inner), count: outer * inner)
  }

  package func softmax(_ values: Buffer, channels: Int) -> Buffer {
    softmax(values, channels: channels, isLogarithmic: false)
  }

  package func logSoftmax(_ values: Buffer, channels: Int) -> Buffer {
    softmax(values, channels: channels, isLogarithmic: true)
  }

  private func softmax(_ values: Buffer, channels: Int, isLogarithmic: Bool) -> Buffer {
    let result = block(values.count)
    let rows = channels == 0 ? 0 : values.count / channels
    run(
      .softmax, constants: [isLogarithmic], [.writes(result), .reads(operand(values))], parameters: [rows, channels],
      groups: .covering(rows, perGroup: 1))
    return Buffer(result, count: values.count)
  }

  package func firstPlaces(of maximum: Buffer, in values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer {
    let result = block(values.count)
    run(
      .firstPlaces, [.writes(result), .reads(operand(values)), .reads(operand(maximum))],
      parameters: [outer, count, inner], groups: .covering(values.count, perGroup: 256))
    return Buffer(result, count: values.count)
  }
}

/// How the 256 threads of a workgroup share channels: `width` adjacent ones side by side, the rest along the pixels.
struct ChannelGroups {
  let width: Int
  /// Workgroups for all channels.
  let groups: Int

  init(channels: Int) {
    var width = 1
    while width < min(channels, 64) { width *= 2 }
    self.width = width
    groups = (channels + width - 1) / width
  }
}
