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
    case .hyperbolicTangent: return node("Tanh", [x])
    case .softmax: return node("Softmax", [x], [.integer("axis", 1)])
    case .sum: return inputs.dropFirst().reduce(x) { node("Add", [$0, $1]) }
    case .product: return inputs.dropFirst().reduce(x) { node("Mul", [$0, $1]) }
    case .scaling(let factor): return node("Mul", [x, constant(factor)])
    case .shift(let amount): return node("Add", [x, constant(amount)])
    case .channelShift(let amounts): return node("Add", [x, constant(amounts, [1, amounts.count, 1, 1])])
    case .channelScaling(let factors): return node("Mul", [x, constant(factors, [1, factors.count, 1, 1])])
    case .learntShift(_, let factor):
      return node("Add", [x, node("Mul", [channelWeight(key), constant(factor)])])
    case .mixing(let matrix, let outputs):
      let weight = constant(matrix, [outputs, matrix.count / outputs, 1, 1])
      return node("Conv", [x, weight], [.integers("kernel_shape", [1, 1])])
    case .concatenation: return node("Concat", inputs, [.integer("axis", 1)])
    case .channels(let range):
      return node("Slice", [x, integers([range.lowerBound]), integers([range.upperBound]), integers([1])])
    case .globalMean: return node("GlobalAveragePool", [x])
    case .nearest(let factor):
      return resized(
        x, by: factor,
        [
          .text("mode", "nearest"), .text("coordinate_transformation_mode", "asymmetric"),
          .text("nearest_mode", "floor"),
        ])
    case .bilinear(let factor):
      return resized(x, by: factor, [.text("mode", "linear"), .text("coordinate_transformation_mode", "half_pixel")])
    case .pixelShuffle(let factor):
      return node("DepthToSpace", [x], [.integer("blocksize", factor), .text("mode", "CRD")])
    case .pixelUnshuffle(let factor): return unshuffled(x, by: factor)
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

  private mutating func resized(_ x: String, by factor: Int, _ attributes: [ONNXAttributeProto]) -> String {
    node("Resize", [x, "", constant([1, 1, Float(factor), Float(factor)], [4])], attributes)
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
