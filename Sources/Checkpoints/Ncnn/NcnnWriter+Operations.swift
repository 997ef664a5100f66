import Models
import Tensors

extension NcnnWriter {
  /// Adds the layers of an operation. Throws if there are none for it.
  mutating func add(_ node: NetworkGraph.Node, as output: String) throws {
    let key = node.key ?? ""
    let inputs = node.inputs.map { take($0) }
    func single(_ type: String, _ parameters: String...) { layer(type, inputs, [output], parameters) }
    switch node.operation {
    case .input: single("Input")
    case .convolution(let convolution): try add(convolution, key, inputs, output)
    case .norm(let norm): try add(norm, key, inputs, output)
    case .reflection(let amount): single("Padding", "0=\(amount)", "1=\(amount)", "2=\(amount)", "3=\(amount)", "4=2")
    case .blur(let channels, let stride):
      let filter = NDArray(GraphOperation.blurFilter(channels: channels), shape: [channels, 1, 3, 3])
      single("ConvolutionDepthWise", "0=\(channels)", "1=3", "3=\(stride)", "6=\(9 * channels)", "7=\(channels)")
      try appendMarked(NamedTensor("blur", filter))
    case .parametricRectifier(let channels):
      single("PReLU", "0=\(channels)")
      try append(tensor("\(key).weight"))
    case .leakyRectifier(let slope): slope == 0 ? single("ReLU") : single("ReLU", "0=\(slope)")
    case .clamping(let range): single("Clip", "0=\(range.lowerBound)", "1=\(range.upperBound)")
    case .sigmoid: single("Sigmoid")
    case .sigmoidRectifier: single("Swish")
    case .mish: single("Mish")
    case .hyperbolicTangent: single("TanH")
    case .sum: single("BinaryOp", "0=0")
    case .product: single("BinaryOp", "0=2")
    case .scaling(let factor): single("BinaryOp", "0=2", "1=1", "2=\(factor)")
    case .shift(let amount): single("BinaryOp", "0=0", "1=1", "2=\(amount)")
    case .channelShift(let amounts):
      let constant = "\(output)_shift"
      layer("MemoryData", [], [constant], ["0=1", "1=1", "2=\(amounts.count)"])
      try append(NamedTensor(constant, NDArray(amounts, shape: [amounts.count])))
      layer("BinaryOp", inputs + [constant], [output], ["0=0"])
    case .concatenation: single("Concat")
    case .channels(let range):
      single("Crop", "-23309=1,\(range.lowerBound)", "-23310=1,\(range.upperBound)", "-23311=1,0")
    case .nearest(let factor): single("Interp", "0=1", "1=\(Float(factor))", "2=\(Float(factor))")
    case .bilinear(let factor): single("Interp", "0=2", "1=\(Float(factor))", "2=\(Float(factor))")
    case .pixelShuffle(let factor): single("PixelShuffle", "0=\(factor)")
    case .pixelUnshuffle(let factor): single("Reorg", "0=\(factor)")
    case .softmax: single("Softmax", "0=0", "1=1")
    case .maximumPooling(let window, let stride, let padding):
      single("Pooling", "0=0", "1=\(window)", "2=\(stride)", "3=\(padding)", "5=1")
    case .globalMean:
      // The mean is a row of channels, which is made a pixel.
      layer("Pooling", inputs, ["\(output)_mean"], ["0=1", "4=1"])
      layer("Reshape", ["\(output)_mean"], [output], ["0=1", "1=1", "2=-1"])
    case .linearPart, .columns, .waves, .pixelProducts, .channelScaling, .learntShift, .learntScaling, .mixing, .linear,
      .normalRectifier, .squares, .bilinearResizing,
      .nearestResizing,
      .cornerMean, .power, .roll, .table, .distances, .relativePlaces, .windowMask,
      .windowAttention, .channelAttention, .otherResizing:
      throw refusal(of: node.operation)
    }
  }

  private mutating func add(
    _ convolution: GraphConvolution, _ key: String, _ inputs: [String], _ output: String
  ) throws {
    let type =
      convolution.isTransposed ? "Deconvolution" : convolution.groups > 1 ? "ConvolutionDepthWise" : "Convolution"
    guard !convolution.isTransposed || convolution.groups == 1 else { throw refusal(of: .convolution(convolution)) }
    let (before, after, shape) = (convolution.before, convolution.after, convolution.shape)
    var parameters = ["0=\(convolution.outputChannels)", "1=\(shape[3])"]
    if shape[2] != shape[3] { parameters.append("11=\(shape[2])") }
    if convolution.dilation > 1 { parameters.append("2=\(convolution.dilation)") }
    if convolution.stride > 1 { parameters.append("3=\(convolution.stride)") }
    if before > 0 || after > 0 { parameters.append("4=\(before)") }
    if after != before { parameters += ["14=\(before)", "15=\(after)", "16=\(after)"] }
    if convolution.hasBias { parameters.append("5=1") }
    parameters.append("6=\(shape.count)")
    if convolution.groups > 1 { parameters.append("7=\(convolution.groups)") }
    if convolution.outputPadding > 0 {
      parameters += ["18=\(convolution.outputPadding)", "19=\(convolution.outputPadding)"]
    }
    layer(type, inputs, [output], parameters)
    let weight = try tensor("\(key).weight")
    // A transposed one's weights are [out, in, kH, kW] in ncnn, too.
    let array = convolution.isTransposed ? Tensor(weight.array).transposed([1, 0, 2, 3]).value : weight.array
    try appendMarked(NamedTensor(weight.name, array, storage: weight.elementType == .float16 ? .float16 : .float32))
    if convolution.hasBias { try append(tensor("\(key).bias")) }
  }

  private mutating func add(_ norm: GraphNorm, _ key: String, _ inputs: [String], _ output: String) throws {
    let (channels, epsilon, affine) = ("\(norm.channels)", "\(norm.epsilon)", norm.isAffine ? "1" : "0")
    var names = norm.isAffine ? ["weight", "bias"] : []
    switch norm.kind {
    case .instance: layer("InstanceNorm", inputs, [output], ["0=\(channels)", "1=\(epsilon)", "2=\(affine)"])
    case .batch:
      layer("BatchNorm", inputs, [output], ["0=\(channels)", "1=\(epsilon)"])
      names = ["weight", "running_mean", "running_var", "bias"]
    case .group(let count):
      layer("GroupNorm", inputs, [output], ["0=\(count)", "1=\(channels)", "2=\(epsilon)", "3=\(affine)"])
    case .layer:
      // The layer goes over the last axis, so channels are moved there, and back.
      let (last, normalized) = ("\(output)_last", "\(output)_normalized")
      layer("Permute", inputs, [last], ["0=\(NcnnLayer.channelsLast)"])
      layer("LayerNorm", [last], [normalized], ["0=\(channels)", "1=\(epsilon)", "2=\(affine)"])
      layer("Permute", [normalized], [output], ["0=\(NcnnLayer.channelsFirst)"])
    }
    for name in names { try append(tensor("\(key).\(name)")) }
  }
}
