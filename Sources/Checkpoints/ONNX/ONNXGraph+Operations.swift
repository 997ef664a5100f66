import Models
import Tensors

extension ONNXGraph {
  /// Adds the nodes of an operation, and returns the name of its output.
  ///
  /// - Parameter key: the beginning of its tensors' names.
  mutating func output(of operation: GraphOperation, _ inputs: [String], key: String) -> String {
    let x = inputs.first ?? "input"
    switch operation {
    case .input: return x
    case .convolution(let convolution): return output(of: convolution, x, key)
    case .linear(let shape, let hasBias):
      let matrix = node("Reshape", [weight("\(key).weight"), integers([shape[0], shape[1], 1, 1])])
      return node(
        "Conv", [x, matrix] + (hasBias ? [weight("\(key).bias")] : []), [.integers("kernel_shape", [1, 1])])
    case .linearPart(let part, let shape):
      let (first, end) = (integers([part * shape[0] / 3]), integers([(part + 1) * shape[0] / 3]))
      let weights = ["weight", "bias"].map { node("Slice", [weight("\(key)_\($0)"), first, end, integers([0])]) }
      let matrix = node("Reshape", [weights[0], integers([shape[0] / 3, shape[1], 1, 1])])
      return node("Conv", [x, matrix, weights[1]], [.integers("kernel_shape", [1, 1])])
    case .norm(let norm): return output(of: norm, x, key)
    case .reflection(let amount):
      let pads = integers([0, 0, amount, amount, 0, 0, amount, amount])
      return node("Pad", [x, pads], [.text("mode", "reflect")])
    case .blur(let channels, let stride):
      let filter = constant(GraphOperation.blurFilter(channels: channels), [channels, 1, 3, 3])
      return node(
        "Conv", [x, filter],
        [.integers("kernel_shape", [3, 3]), .integers("strides", [stride, stride]), .integer("group", channels)])
    case .parametricRectifier:
      let slopes = node("Reshape", [weight("\(key).weight"), integers([-1, 1, 1])])
      return node("PRelu", [x, slopes])
    case .leakyRectifier(let slope):
      return slope == 0 ? node("Relu", [x]) : node("LeakyRelu", [x], [.number("alpha", slope)])
    case .clamping(let range): return node("Clip", [x, constant(range.lowerBound), constant(range.upperBound)])
    case .sigmoid: return node("Sigmoid", [x])
    case .sigmoidRectifier: return node("Mul", [x, node("Sigmoid", [x])])
    case .mish: return node("Mul", [x, node("Tanh", [node("Softplus", [x])])])
    case .normalRectifier:
      let share = node("Erf", [node("Mul", [x, constant(Float(0.5).squareRoot())])])
      return node("Mul", [node("Mul", [x, constant(0.5)]), node("Add", [share, constant(1)])])
    case .hyperbolicTangent: return node("Tanh", [x])
    case .softmax: return node("Softmax", [x], [.integer("axis", 1)])
    case .sum: return inputs.dropFirst().reduce(x) { node("Add", [$0, $1]) }
    case .product: return inputs.dropFirst().reduce(x) { node("Mul", [$0, $1]) }
    case .scaling(let factor): return node("Mul", [x, constant(factor)])
    case .power(let exponent): return node("Pow", [x, constant(exponent)])
    case .shift(let amount): return node("Add", [x, constant(amount)])
    case .channelShift(let amounts): return node("Add", [x, constant(amounts, [1, amounts.count, 1, 1])])
    case .channelScaling(let factors): return node("Mul", [x, constant(factors, [1, factors.count, 1, 1])])
    case .learntShift(_, let factor):
      return node("Add", [x, node("Mul", [channelWeight(key), constant(factor)])])
    case .learntScaling: return node("Mul", [x, channelWeight(key)])
    case .mixing(let matrix, let outputs):
      let weight = constant(matrix, [outputs, matrix.count / outputs, 1, 1])
      return node("Conv", [x, weight], [.integers("kernel_shape", [1, 1])])
    case .concatenation: return node("Concat", inputs, [.integer("axis", 1)])
    case .channels(let range):
      return node("Slice", [x, integers([range.lowerBound]), integers([range.upperBound]), integers([1])])
    case .globalMean: return node("GlobalAveragePool", [x])
    case .nearest(let factor):
      return resized(x, by: factor, Self.nearest)
    case .bilinear(let factor): return resized(x, by: factor, Self.bilinear)
    case .pixelShuffle(let factor):
      return node("DepthToSpace", [x], [.integer("blocksize", factor), .text("mode", "CRD")])
    case .pixelUnshuffle(let factor): return unshuffled(x, by: factor)
    case .squares(let side): return node("SpaceToDepth", [x], [.integer("blocksize", side)])
    case .maximumPooling(let window, let stride, let padding):
      return node(
        "MaxPool", [x],
        [
          .integers("kernel_shape", [window, window]), .integers("strides", [stride, stride]),
          .integers("pads", Array(repeating: padding, count: 4)),
        ])
    case .bilinearResizing: return resized(x, like: inputs[1], Self.bilinear)
    case .nearestResizing: return resized(x, like: inputs[1], Self.nearest)
    case .cornerMean:
      let padded = node("Pad", [x, integers([0, 0, 1, 1, 0, 0, 0, 0])], [.text("mode", "edge")])
      return node("AveragePool", [padded], [.integers("kernel_shape", [2, 2])])
    case .roll(let amount): return rolled(x, by: amount)
    case .table(let pixels, let channels):
      let rows = node("Reshape", [weight(key), integers([pixels, channels])])
      let columns = node("Transpose", [rows], [.integers("perm", [1, 0])])
      return node("Reshape", [columns, integers([1, channels, 1, -1])])
    case .columns(let range):
      return node("Slice", [x, integers([range.lowerBound]), integers([range.upperBound]), integers([3])])
    case .waves(let channels): return waves(channels: channels, like: x)
    case .pixelProducts(let count): return products(of: inputs[1], with: x, count: count)
    case .distances(let window):
      let distances = Tensor(RelativePlaces.distances(within: window)).transposed([1, 0]).value
      return constant(distances.scalars, [1, 2, 1, distances.shape[1]])
    case .relativePlaces(let places): return output(of: places, table: x)
    case .windowMask(let mask): return output(of: mask, like: x)
    case .windowAttention(let attention): return output(of: attention, inputs)
    case .channelAttention(let attention): return output(of: attention, inputs, temperature: weight(key))
    case .otherResizing(let description): preconditionFailure("no network has \(description)")
    }
  }

  private mutating func output(of convolution: GraphConvolution, _ x: String, _ key: String) -> String {
    let (before, after) = (convolution.before, convolution.after)
    var attributes: [ONNXAttributeProto] = [
      .integers("kernel_shape", [convolution.shape[2], convolution.shape[3]]),
      .integers("strides", [convolution.stride, convolution.stride]),
      .integers("pads", [before, before, after, after]), .integer("group", convolution.groups),
    ]
    if convolution.dilation > 1 {
      attributes.append(.integers("dilations", [convolution.dilation, convolution.dilation]))
    }
    if convolution.isTransposed {
      attributes.append(.integers("output_padding", [convolution.outputPadding, convolution.outputPadding]))
    }
    let inputs = [x, weight("\(key).weight")] + (convolution.hasBias ? [weight("\(key).bias")] : [])
    return node(convolution.isTransposed ? "ConvTranspose" : "Conv", inputs, attributes)
  }

  private mutating func output(of norm: GraphNorm, _ x: String, _ key: String) -> String {
    let epsilon = ONNXAttributeProto.number("epsilon", norm.epsilon)
    let weights = norm.isAffine ? [weight("\(key).weight"), weight("\(key).bias")] : neutral(norm.channels)
    switch norm.kind {
    case .instance: return node("InstanceNormalization", [x] + weights, [epsilon])
    case .batch:
      let statistics = [weight("\(key).running_mean"), weight("\(key).running_var")]
      return node("BatchNormalization", [x] + weights + statistics, [epsilon])
    case .layer:
      let last = node("Transpose", [x], [.integers("perm", [0, 2, 3, 1])])
      let normalized = node("LayerNormalization", [last] + weights, [.integer("axis", -1), epsilon])
      return node("Transpose", [normalized], [.integers("perm", [0, 3, 1, 2])])
    case .group(let count):
      // A group is normalised as a channel is that holds all of its pixels.
      let groups = node("Reshape", [x, integers([0, count, -1])])
      let normalized = node("InstanceNormalization", [groups] + neutral(count), [epsilon])
      let images = node("Reshape", [normalized, node("Shape", [x])])
      guard norm.isAffine else { return images }
      let scaled = node("Mul", [images, channelWeight("\(key).weight")])
      return node("Add", [scaled, channelWeight("\(key).bias")])
    }
  }

  /// A factor of 1 and an offset of 0 for each channel.
  private mutating func neutral(_ channels: Int) -> [String] {
    [1, 0].map { constant(Array(repeating: $0, count: channels), [channels]) }
  }

  private mutating func rolled(_ x: String, by amount: Size) -> String {
    [(2, amount.height), (3, amount.width)].reduce(x) { x, roll in
      let (axis, amount) = roll
      guard amount != 0 else { return x }
      let parts = [(amount, Int.max), (0, amount)].map {
        node("Slice", [x, integers([$0]), integers([$1]), integers([axis])])
      }
      return node("Concat", parts, [.integer("axis", axis)])
    }
  }

  private static let nearest: [ONNXAttributeProto] = [
    .text("mode", "nearest"), .text("coordinate_transformation_mode", "asymmetric"), .text("nearest_mode", "floor"),
  ]
  private static let bilinear: [ONNXAttributeProto] = [
    .text("mode", "linear"), .text("coordinate_transformation_mode", "half_pixel"),
  ]

  private mutating func resized(_ x: String, by factor: Int, _ attributes: [ONNXAttributeProto]) -> String {
    node("Resize", [x, "", constant([1, 1, Float(factor), Float(factor)], [4])], attributes)
  }

  private mutating func resized(_ x: String, like other: String, _ attributes: [ONNXAttributeProto]) -> String {
    let sizes = [node("Shape", [x], [.integer("end", 2)]), node("Shape", [other], [.integer("start", 2)])]
    return node("Resize", [x, "", "", node("Concat", sizes, [.integer("axis", 0)])], attributes)
  }

  /// ONNX's operator puts the place in a square before the channel; PyTorch's and ours, the channel before the place. Which
  /// channels there are, a reduced image's shape tells while the graph runs.
  private mutating func unshuffled(_ x: String, by factor: Int) -> String {
    let (area, reduced) = (factor * factor, node("SpaceToDepth", [x], [.integer("blocksize", factor)]))
    let shape = node("Shape", [reduced])
    let split = node(
      "Reshape",
      [
        reduced,
        node(
          "Concat",
          [
            node("Slice", [shape, integers([0]), integers([1])]), integers([area, -1]),
            node("Slice", [shape, integers([2]), integers([4])]),
          ], [.integer("axis", 0)]),
      ])
    let swapped = node("Transpose", [split], [.integers("perm", [0, 2, 1, 3, 4])])
    return node("Reshape", [swapped, shape])
  }
}
