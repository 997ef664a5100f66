import Models
import Tensors
import TestSupport

/// Computes a network's graph, operation by operation, with the weights that its files would hold.
struct GraphInterpreter {
  /// By their names in files, in PyTorch's layout.
  let tensors: [String: NDArray]

  init(_ network: some Network) {
    var values: [String: NDArray] = [:]
    for (name, parameter) in network.namedParameters { values[name] = parameter.value }
    for (name, statistic) in network.namedStatistics { values[name] = statistic.value }
    tensors = Dictionary(
      uniqueKeysWithValues: NetworkDescription(of: network).tensorKeys.map { key in
        let value = values[key.path] ?? NDArray(repeating: .nan, shape: key.shape)
        return (key.key, key.layout.axesToFile.map { Tensor(value).transposed($0).value } ?? value)
      })
  }

  func output(of described: DescribedGraph, on input: Tensor) -> Tensor {
    var values: [Tensor] = []
    for node in described.graph.nodes {
      let inputs = node.inputs.map { values[$0.index] }
      values.append(inputs.isEmpty ? input : result(of: node.operation, inputs, node.key ?? ""))
    }
    return values[described.output.index]
  }

  private func result(of operation: GraphOperation, _ inputs: [Tensor], _ key: String) -> Tensor {
    let x = inputs[0]
    switch operation {
    case .input: return x
    case .convolution(let convolution): return result(of: convolution, x, key)
    case .norm(let norm): return result(of: norm, x, key)
    case .reflection(let amount): return x.padded(Padding(amount), mode: .reflection)
    case .blur(_, let stride): return x.blurred(stride: stride)
    case .parametricRectifier: return x.parametricRectified(slope: tensor("\(key).weight"))
    case .leakyRectifier(let slope): return x.leakyRectified(slope: slope)
    case .clamping(let range): return x.clamped(to: range)
    case .sigmoid: return x.sigmoid()
    case .sigmoidRectifier: return x * x.sigmoid()
    case .mish: return x * x.softplus().hyperbolicTangent()
    case .hyperbolicTangent: return x.hyperbolicTangent()
    case .softmax: return x.softmax()
    case .sum: return inputs[0] + inputs[1]
    case .product: return inputs[0] * inputs[1]
    case .scaling(let factor): return x * factor
    case .shift(let amount): return x + amount
    case .channelShift(let amounts): return x + Tensor(NDArray(amounts, shape: [amounts.count]))
    case .channelScaling(let factors): return x * Tensor(NDArray(factors, shape: [factors.count]))
    case .learntShift(_, let factor): return x + tensor(key) * factor
    case .mixing(let matrix, let outputs):
      let weight = Tensor(NDArray(matrix, shape: [outputs, matrix.count / outputs, 1, 1])).transposed([2, 3, 1, 0])
      return x.convolved(with: weight)
    case .concatenation: return concatenated(inputs, axis: 3)
    case .channels(let range): return x.sliced(axis: 3, range: range)
    case .globalMean: return x.mean(axes: [1, 2], keepingDimensions: true)
    case .nearest(let factor): return x.upsampledNearest(by: factor)
    case .bilinear(let factor): return x.upsampledBilinear(by: factor)
    case .pixelShuffle(let factor): return x.pixelShuffled(by: factor)
    case .pixelUnshuffle(let factor): return x.pixelUnshuffled(by: factor)
    case .otherResizing: return Tensor(NDArray(repeating: .nan, shape: x.shape))
    }
  }

  private func tensor(_ name: String) -> Tensor { Tensor(tensors[name] ?? NDArray(repeating: .nan, shape: [1])) }

  private func result(of convolution: GraphConvolution, _ x: Tensor, _ key: String) -> Tensor {
    let weight = tensor("\(key).weight").transposed([2, 3, 1, 0])
    let bias = convolution.hasBias ? tensor("\(key).bias") : nil
    let (before, after) = (convolution.before, convolution.after)
    let padding = Padding(top: before, left: before, bottom: after, right: after)
    if convolution.isTransposed {
      return x.transposeConvolved(
        with: weight, bias: bias, stride: Size(convolution.stride), padding: padding,
        outputPadding: Size(convolution.outputPadding))
    }
    return x.convolved(
      with: weight, bias: bias, groups: convolution.groups, stride: Size(convolution.stride), padding: padding)
  }

  private func result(of norm: GraphNorm, _ x: Tensor, _ key: String) -> Tensor {
    let ones = Tensor(NDArray(repeating: 1, shape: [norm.channels]))
    let scale = norm.isAffine ? tensor("\(key).weight") : ones
    let shift = norm.isAffine ? tensor("\(key).bias") : ones * 0
    switch norm.kind {
    case .instance: return x.instanceNormalized(epsilon: norm.epsilon) * scale + shift
    case .group(let count): return x.groupNormalized(groups: count, scale: scale, epsilon: norm.epsilon) + shift
    case .layer: return x.layerNormalized(scale: scale, shift: shift, epsilon: norm.epsilon)
    case .batch:
      let deviation = (tensor("\(key).running_var") + norm.epsilon).squareRoot()
      return (x - tensor("\(key).running_mean")) / deviation * scale + shift
    }
  }
}
