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
      values.append(
        node.operation == .input ? input : result(of: node.operation, inputs.isEmpty ? [input] : inputs, node.key ?? "")
      )
    }
    return values[described.output.index]
  }

  private func result(of operation: GraphOperation, _ inputs: [Tensor], _ key: String) -> Tensor {
    let x = inputs[0]
    switch operation {
    case .input: return x
    case .convolution(let convolution): return result(of: convolution, x, key)
    case .linear(let shape, let hasBias):
      let weight = tensor("\(key).weight").reshaped(to: [1, 1, shape[0], shape[1]]).transposed([0, 1, 3, 2])
      return x.convolved(with: weight, bias: hasBias ? tensor("\(key).bias") : nil)
    case .linearPart(let part, let shape):
      let rows = part * shape[0] / 3..<(part + 1) * shape[0] / 3
      let weight = tensor("\(key)_weight").sliced(axis: 0, range: rows).transposed([1, 0])
      return x.convolved(
        with: weight.reshaped(to: [1, 1, shape[1], rows.count]),
        bias: tensor("\(key)_bias").sliced(axis: 0, range: rows))
    case .norm(let norm): return result(of: norm, x, key)
    case .reflection(let amount): return x.padded(Padding(amount), mode: .reflection)
    case .blur(_, let stride): return x.blurred(stride: stride)
    case .parametricRectifier: return x.parametricRectified(slope: tensor("\(key).weight"))
    case .leakyRectifier(let slope): return x.leakyRectified(slope: slope)
    case .clamping(let range): return x.clamped(to: range)
    case .sigmoid: return x.sigmoid()
    case .sigmoidRectifier: return x * x.sigmoid()
    case .mish: return x * x.softplus().hyperbolicTangent()
    case .normalRectifier: return x.normalRectified()
    case .hyperbolicTangent: return x.hyperbolicTangent()
    case .softmax: return x.softmax()
    case .sum: return inputs[0] + inputs[1]
    case .product: return inputs[0] * inputs[1]
    case .scaling(let factor): return x * factor
    case .shift(let amount): return x + amount
    case .power(let exponent): return (x.log() * exponent).exp()
    case .channelShift(let amounts): return x + Tensor(NDArray(amounts, shape: [amounts.count]))
    case .channelScaling(let factors): return x * Tensor(NDArray(factors, shape: [factors.count]))
    case .learntShift(_, let factor): return x + tensor(key) * factor
    case .learntScaling: return x * tensor(key)
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
    case .squares(let side):
      let (rows, columns) = (x.shape[1] / side, x.shape[2] / side)
      return x.reshaped(to: [x.shape[0], rows, side, columns, side, x.shape[3]]).transposed([0, 1, 3, 2, 4, 5])
        .reshaped(to: [x.shape[0], rows, columns, side * side * x.shape[3]])
    case .maximumPooling(let window, let stride, let padding):
      return x.maximumPooled(window: window, stride: stride, padding: padding)
    case .bilinearResizing: return x.resizedBilinear(to: Size(height: inputs[1].shape[1], width: inputs[1].shape[2]))
    case .nearestResizing: return x.resizedNearest(to: Size(height: inputs[1].shape[1], width: inputs[1].shape[2]))
    case .cornerMean:
      return x.padded(Padding(top: 1, left: 1), mode: .replication).averagePooled(window: 2, stride: 1)
    case .roll(let amount): return rolled(x, by: amount)
    case .table(let pixels, let channels): return tensor(key).reshaped(to: [1, 1, pixels, channels])
    case .columns(let range): return x.sliced(axis: 2, range: range)
    case .waves(let channels): return waves(channels: channels, like: x)
    case .pixelProducts: return products(of: inputs[1], with: x)
    case .distances(let window):
      let distances = Tensor(RelativePlaces.distances(within: window))
      return distances.reshaped(to: [1, 1, distances.shape[0], 2])
    case .relativePlaces(let places):
      return x.gathered(rows: [0], columns: places.places)
        .reshaped(to: [1, places.queries, places.keys, x.shape[3]])
    case .windowMask(let mask): return separation(mask, of: x)
    case .windowAttention(let attention): return result(of: attention, inputs)
    case .channelAttention(let attention): return result(of: attention, inputs, temperature: tensor(key))
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
      with: weight, bias: bias, groups: convolution.groups, stride: Size(convolution.stride), padding: padding,
      dilation: Size(convolution.dilation))
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
