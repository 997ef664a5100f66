import Tensors

extension GraphOperation: CustomStringConvertible {
  public var description: String {
    switch self {
    case .input: "the input"
    case .convolution(let convolution): convolution.description
    case .linear(let weight, let hasBias): "a learnt matrix \(weight)" + (hasBias ? "" : " without bias")
    case .linearPart(_, let weight): "a part of a learnt matrix \(weight)"
    case .norm(let norm): norm.description
    case .reflection(let amount): "a padding by \(amount) reflected rows and columns"
    case .blur: "a blur"
    case .parametricRectifier(let channels): "a rectifier with \(channels) slopes"
    case .leakyRectifier(let slope): slope == 0 ? "a rectifier" : "a rectifier with slope \(slope)"
    case .clamping(let range): "a clamping to \(range.lowerBound) to \(range.upperBound)"
    case .sigmoid: "a sigmoid"
    case .sigmoidRectifier: "a rectifier x sigmoid(x)"
    case .mish: "a rectifier x tanh(ln(1 + exp(x)))"
    case .normalRectifier: "a GELU"
    case .hyperbolicTangent: "a hyperbolic tangent"
    case .softmax: "a softmax"
    case .sum: "a sum"
    case .product: "a product"
    case .scaling(let factor): "a multiplication by \(factor)"
    case .shift(let amount): "an addition of \(amount)"
    case .power(let exponent): "a power of \(exponent)"
    case .channelShift(let amounts): "an addition of \(Self.listed(amounts))"
    case .channelScaling(let factors): "a multiplication by \(Self.listed(factors))"
    case .learntShift: "an addition of learnt numbers"
    case .learntScaling: "a multiplication by learnt numbers"
    case .mixing(_, let outputs): "a fixed matrix with \(outputs) outputs"
    case .concatenation: "a concatenation"
    case .channels(let range): "the channels from \(range.lowerBound) to before \(range.upperBound)"
    case .globalMean: "a mean over the image"
    case .nearest(let factor): "an enlargement by \(factor), nearest"
    case .bilinear(let factor): "an enlargement by \(factor), bilinear"
    case .pixelShuffle(let factor): "a pixel shuffle by \(factor)"
    case .pixelUnshuffle(let factor): "a pixel unshuffle by \(factor)"
    case .squares(let side): "squares of \(side)x\(side) pixels made one"
    case .maximumPooling(let window, let stride, _): "a maximum over \(window)x\(window) pixels, of stride \(stride)"
    case .bilinearResizing: "a bilinear change of size to another's"
    case .nearestResizing: "a change of size to another's, nearest"
    case .cornerMean: "a mean with the pixels above and to the left"
    case .roll(let amount): "a roll by \(amount.height) rows and \(amount.width) columns"
    case .table(let pixels, _): "a learnt table of \(pixels) rows"
    case .columns(let range): "the columns from \(range.lowerBound) to before \(range.upperBound)"
    case .waves: "waves over the image"
    case .pixelProducts: "products of two images' pixels"
    case .distances: "a table of distances"
    case .relativePlaces: "a choice from a table by distances"
    case .windowMask: "a mask of rolled windows"
    case .windowAttention: "attention among pixels"
    case .channelAttention: "attention among channels"
    case .otherResizing(let description): description
    }
  }

  private static func listed(_ numbers: [Float]) -> String {
    "\(numbers.prefix(4))\(numbers.count > 4 ? " and more" : "")"
  }
}

extension GraphConvolution: CustomStringConvertible {
  public var description: String {
    let name = isTransposed ? "a transposed convolution" : "a convolution"
    let (standard, padding) = (
      shape.rank > 2 ? shape[2] / 2 : 0, before == after ? "\(before)" : "\(before) and \(after)"
    )
    return name + (stride == 1 ? "" : " of stride \(stride)") + " with a weight \(shape)"
      + (dilation == 1 ? "" : ", dilated by \(dilation)")
      + (groups == 1 ? "" : " in \(groups) groups") + (hasBias ? "" : " without bias")
      + (before == standard && after == standard ? "" : ", padded by \(padding)")
  }
}

extension GraphNorm: CustomStringConvertible {
  public var description: String {
    let name =
      switch kind {
      case .instance: "instance norm"
      case .group(let count): "norm of \(count) groups"
      case .layer: "layer norm"
      case .batch: "batch norm"
      }
    return "a \(name) of \(channels) channels, epsilon \(epsilon)" + (isAffine ? "" : ", without weights")
  }
}
