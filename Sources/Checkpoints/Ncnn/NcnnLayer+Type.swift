extension NcnnLayer {
  /// What layers of a type look like. What any of them computes is in `NcnnOperations`.
  private struct Kind {
    let inputs: ClosedRange<Int>
    var outputs = 1...1
    /// The parameters that are understood. What any other would mean is unknown, so none may be set.
    var parameters: Set<Int> = []
  }

  private static let many = 1...1000

  private static let kinds: [String: Kind] = [
    "Input": Kind(inputs: 0...0, parameters: [0, 1, 2, 11]),
    "MemoryData": Kind(inputs: 0...0, parameters: [0, 1, 2]),
    "Split": Kind(inputs: 1...1, outputs: many),
    "Noop": Kind(inputs: 1...1),
    "Convolution": Kind(inputs: 1...1, parameters: Set(0...6).union(8...16).union([18, 19])),
    "ConvolutionDepthWise": Kind(inputs: 1...1, parameters: Set(0...16).union([18, 19])),
    "Deconvolution": Kind(inputs: 1...1, parameters: Set(0...6).union(8...16).union([18, 19])),
    "InstanceNorm": Kind(inputs: 1...1, parameters: [0, 1, 2]),
    "BatchNorm": Kind(inputs: 1...1, parameters: [0, 1]),
    "LayerNorm": Kind(inputs: 1...1, parameters: [0, 1, 2]),
    "Permute": Kind(inputs: 1...1, parameters: [0]),
    "Pooling": Kind(inputs: 1...1, parameters: Set(0...5)),
    "Reshape": Kind(inputs: 1...1, parameters: [0, 1, 2]),
    "Softmax": Kind(inputs: 1...1, parameters: [0, 1]),
    "GroupNorm": Kind(inputs: 1...1, parameters: [0, 1, 2, 3]),
    "Padding": Kind(inputs: 1...1, parameters: Set(0...4)),
    "Crop": Kind(inputs: 1...1, parameters: [9, 10, 11]),
    "TanH": Kind(inputs: 1...1),
    "Mish": Kind(inputs: 1...1),
    "Clip": Kind(inputs: 1...1, parameters: [0, 1]),
    "PReLU": Kind(inputs: 1...1, parameters: [0]),
    "ReLU": Kind(inputs: 1...1, parameters: [0]),
    "Sigmoid": Kind(inputs: 1...1),
    "Swish": Kind(inputs: 1...1),
    "BinaryOp": Kind(inputs: 1...2, parameters: [0, 1, 2]),
    "Eltwise": Kind(inputs: 2...2, parameters: [0, 1]),
    "Concat": Kind(inputs: many, parameters: [0]),
    "Interp": Kind(inputs: 1...2, parameters: Set(0...6)),
    "PixelShuffle": Kind(inputs: 1...1, parameters: [0, 1]),
    "Reorg": Kind(inputs: 1...1, parameters: [0, 1]),
  ]

  /// Throws if layers of this type, or with such parameters, are unknown.
  func check() throws(MalformedFile) {
    guard let kind = Self.kinds[type] else {
      throw MalformedFile(
        "has \(self), a type that no network here has; expected \(Self.kinds.keys.sorted().joined(separator: ", "))")
    }
    guard kind.inputs.contains(inputs.count), kind.outputs.contains(outputs.count) else {
      throw MalformedFile("has \(self), with \(inputs.count) inputs and \(outputs.count) outputs, which do not fit it")
    }
    if let key = parameters.firstKey(besides: kind.parameters) {
      throw MalformedFile("has \(self), whose parameter \(key) is unknown here")
    }
  }

  /// An array of a layer's weights.
  enum Array {
    case tagged(count: Int)
    case plain(count: Int)
  }

  /// A layer's weights, in the file's order. Their sizes are only announced: nothing says that they are there.
  func arrays() throws(MalformedFile) -> [Array] {
    switch type {
    case "Convolution", "ConvolutionDepthWise", "Deconvolution":
      let convolution = try convolution().convolution
      let bias = convolution.hasBias ? [Array.plain(count: convolution.outputChannels)] : []
      return [.tagged(count: convolution.shape.count)] + bias
    case "InstanceNorm", "BatchNorm", "GroupNorm", "LayerNorm":
      guard case .norm(let norm) = try operation() else { return [] }
      return norm.tensors.map { .plain(count: $0.shape.count) }
    case "PReLU":
      return [.plain(count: try integer(0, in: Self.sizes))]
    case "MemoryData":
      // Width, height and channels; those that are 0 do not count.
      var count = 1
      for key in 0...2 { count *= max(1, try integer(key, in: 0...Self.sizes.upperBound)) }
      return [.plain(count: count)]
    default:
      return []
    }
  }
}
