import Foundation
import Models

/// What the layers of an ncnn graph compute, as operations: layers that only pass their input on are left out, and
/// layers that do several things, such as a convolution with its rectifier, are taken apart.
struct NcnnOperations {
  struct Step {
    let layer: NcnnLayer
    let operation: GraphOperation
    /// Indices of earlier steps.
    let inputs: [Int]
    /// The arrays of the operation's tensors, in their order.
    let weights: [NcnnWeights.Values]
  }

  /// In an order in which they can be computed.
  private(set) var steps: [Step] = []
  /// The indices of the steps that make the blobs.
  private var indices: [String: Int] = [:]
  private var constants: [String: [Float]] = [:]
  /// The blobs whose channels lie along rows, for a norm.
  private var channelsLast: Set<String> = []

  /// - Parameters:
  ///   - values: the arrays of each layer.
  ///   - file: the weights' bytes.
  init(_ layers: [NcnnLayer], _ values: [[NcnnWeights.Values]], in file: Data) throws(MalformedFile) {
    for (layer, values) in zip(layers, values) {
      if layer.type == "MemoryData" {
        constants[layer.outputs[0]] = try layer.channelValues(values[0], in: file)
      } else if let output = try add(layer, values, in: file) {
        for name in layer.outputs { indices[name] = output }
      }
    }
    try keepWhatOutputNeeds(layers)
  }

  /// Adds what a layer computes, and returns the step that makes its output.
  private mutating func add(
    _ layer: NcnnLayer, _ values: [NcnnWeights.Values], in file: Data
  ) throws(MalformedFile) -> Int? {
    if layer.type == "BinaryOp", layer.inputs.count == 2, let constant = constants[layer.inputs[1]] {
      return append(layer, try layer.shift(by: constant), [try index(of: layer.inputs[0], in: layer)])
    }
    var inputs: [Int] = []
    for name in layer.inputs { inputs.append(try index(of: name, in: layer)) }
    switch layer.type {
    case "Split", "Noop":
      return inputs[0]
    case "Convolution", "ConvolutionDepthWise", "Deconvolution":
      let (operation, rectifier) = try layer.convolution()
      if let blur = try layer.blur(operation, values, in: file) { return append(layer, blur, inputs) }
      let convolution = append(layer, .convolution(operation), inputs, values)
      return rectifier.map { append(layer, $0, [convolution]) } ?? convolution
    case "BatchNorm":
      // Factor, mean, variance and offset.
      return append(layer, try layer.operation(), inputs, [0, 3, 1, 2].map { values[$0] })
    case "Permute":
      try rearrange(layer)
      return inputs[0]
    case "Reshape":
      guard steps[inputs[0]].operation == .globalMean, [0, 1].allSatisfy({ layer.parameters.integer($0) == 1 }) else {
        throw layer.unfit("which does not make a pixel of an image's mean")
      }
      return inputs[0]
    case "LayerNorm":
      guard channelsLast.contains(layer.inputs[0]) else { throw layer.unfit("which is not over each pixel's channels") }
      channelsLast.insert(layer.outputs[0])
      return append(layer, try layer.operation(), inputs, values)
    case "Eltwise":
      return try addWeightedSum(layer, inputs)
    case "BinaryOp" where inputs.count == 2:
      return try addPair(layer, inputs)
    default:
      return append(layer, try layer.operation(), inputs, values)
    }
  }

  private func index(of blob: String, in layer: NcnnLayer) throws(MalformedFile) -> Int {
    guard let index = indices[blob] else { throw layer.unfit("which reads the constant \(blob.prefix(80))") }
    guard !channelsLast.contains(blob) || ["Permute", "LayerNorm"].contains(layer.type) else {
      throw layer.unfit("which reads \(blob.prefix(80)), whose axes are in another order")
    }
    return index
  }

  /// Moves channels to where a norm looks for them, or back.
  private mutating func rearrange(_ layer: NcnnLayer) throws(MalformedFile) {
    let areLast = channelsLast.contains(layer.inputs[0])
    guard layer.parameters.integer(0) == (areLast ? NcnnLayer.channelsFirst : NcnnLayer.channelsLast) else {
      throw layer.unfit("whose order of axes no network here has")
    }
    if !areLast { channelsLast.insert(layer.outputs[0]) }
  }

  private mutating func append(
    _ layer: NcnnLayer, _ operation: GraphOperation, _ inputs: [Int], _ weights: [NcnnWeights.Values] = []
  ) -> Int {
    steps.append(Step(layer: layer, operation: operation, inputs: inputs, weights: weights))
    return steps.count - 1
  }

  /// A sum whose terms may have factors.
  private mutating func addWeightedSum(_ layer: NcnnLayer, _ inputs: [Int]) throws(MalformedFile) -> Int {
    let factors = layer.parameters.list(1)
    guard layer.parameters.integer(0) == 1, factors.isEmpty || factors.count == inputs.count else {
      throw layer.unfit("which is not a sum")
    }
    let terms = zip(inputs, factors.isEmpty ? inputs.map { _ in 1 } : factors).map { input, factor in
      factor == 1 ? input : append(layer, .scaling(by: factor), [input])
    }
    return append(layer, .sum, terms)
  }

  /// A sum or a product. x sigmoid(x) is a rectifier of its own.
  private mutating func addPair(_ layer: NcnnLayer, _ inputs: [Int]) throws(MalformedFile) -> Int {
    guard layer.parameters.integer(1) == 0 else { throw layer.unfit("which has a number as well as a second input") }
    switch layer.parameters.integer(0) {
    case 0: return append(layer, .sum, inputs)
    case 2:
      for (x, gate) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])]
      where steps[gate].operation == .sigmoid && steps[gate].inputs == [x] {
        return append(layer, .sigmoidRectifier, [x])
      }
      return append(layer, .product, inputs)
    default: throw layer.unfit("which is neither a sum nor a product of its inputs")
    }
  }

  /// Drops the steps on which the graph's only output does not depend. Throws if there are several outputs.
  private mutating func keepWhatOutputNeeds(_ layers: [NcnnLayer]) throws(MalformedFile) {
    let read = Set(layers.flatMap(\.inputs))
    // Exporters may split a blob into more copies than are read.
    let ends = layers.filter { layer in layer.type != "Split" && !layer.outputs.allSatisfy(read.contains) }
    guard ends.count == 1, let output = indices[ends[0].outputs[0]] else {
      throw MalformedFile(
        "has \(ends.count) outputs (\(ends.prefix(3).map { String($0.name.prefix(80)) }.joined(separator: ", "))), expected 1"
      )
    }
    guard layers.count(where: { $0.type == "Input" }) == 1 else { throw MalformedFile("has not one input, but others") }
    var isNeeded = Array(repeating: false, count: steps.count)
    isNeeded[output] = true
    for index in steps.indices.reversed() where isNeeded[index] {
      for input in steps[index].inputs { isNeeded[input] = true }
    }
    var moved: [Int: Int] = [:]
    var kept: [Step] = []
    for index in steps.indices where isNeeded[index] {
      let step = steps[index]
      moved[index] = kept.count
      let inputs = step.inputs.compactMap { moved[$0] }
      kept.append(Step(layer: step.layer, operation: step.operation, inputs: inputs, weights: step.weights))
    }
    steps = kept
  }
}
