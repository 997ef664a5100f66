import Foundation
import Models

extension NcnnLayer {
  /// What a layer computes that is one operation on all its inputs.
  func operation() throws(MalformedFile) -> GraphOperation {
    switch type {
    case "Input": return .input
    case "PReLU": return .parametricRectifier(channels: try integer(0, in: Self.sizes))
    case "ReLU": return .leakyRectifier(slope: try number(0))
    case "Sigmoid": return .sigmoid
    case "Swish": return .sigmoidRectifier
    case "BinaryOp": return try operationWithNumber()
    case "TanH": return .hyperbolicTangent
    case "Mish": return .mish
    case "Clip": return .clamping(to: try range())
    case "Softmax": return try softmax()
    case "Pooling": return try pooling()
    case "InstanceNorm", "BatchNorm", "GroupNorm", "LayerNorm": return .norm(try norm())
    case "Padding": return .reflection(by: try reflection())
    case "Crop": return .channels(try channels())
    case "Concat": return try concatenation()
    case "Interp": return try resizing()
    case "PixelShuffle": return .pixelShuffle(factor: try shuffling())
    case "Reorg": return .pixelUnshuffle(factor: try shuffling())
    default: throw unfit("a type that no network here has")
    }
  }

  private static let factors = 1...64
  /// Orders of axes: from rows of pixels to rows of channels, and back.
  static let channelsLast = 3, channelsFirst = 4

  private func operationWithNumber() throws(MalformedFile) -> GraphOperation {
    let number = try number(2)
    guard parameters.integer(1) == 1 else { throw unfit("which lacks its second input") }
    switch parameters.integer(0) {
    case 0: return .shift(by: number)
    case 1: return .shift(by: -number)
    case 2: return .scaling(by: number)
    default: throw unfit("which neither adds, subtracts nor multiplies")
    }
  }

  private func range() throws(MalformedFile) -> ClosedRange<Float> {
    let (lowest, highest) = (
      try number(0, default: -.greatestFiniteMagnitude), try number(1, default: .greatestFiniteMagnitude)
    )
    guard lowest <= highest else { throw unfit("whose range is empty") }
    return lowest...highest
  }

  private func norm() throws(MalformedFile) -> GraphNorm {
    var norm: GraphNorm
    switch type {
    case "InstanceNorm":
      norm = GraphNorm(.instance, channels: try integer(0, in: Self.sizes))
      norm.epsilon = try number(1, default: 0.001)
      norm.isAffine = try integer(2, default: 1, in: 0...1) == 1
    case "BatchNorm":
      norm = GraphNorm(.batch, channels: try integer(0, in: Self.sizes))
      norm.epsilon = try number(1)
    case "LayerNorm":
      norm = GraphNorm(.layer, channels: try integer(0, in: Self.sizes))
      norm.epsilon = try number(1, default: 0.001)
      norm.isAffine = try integer(2, default: 1, in: 0...1) == 1
    default:
      norm = GraphNorm(
        .group(count: try integer(0, default: 1, in: Self.sizes)), channels: try integer(1, in: Self.sizes))
      norm.epsilon = try number(2, default: 0.001)
      norm.isAffine = try integer(3, default: 1, in: 0...1) == 1
    }
    return norm
  }

  private func softmax() throws(MalformedFile) -> GraphOperation {
    guard parameters.integer(0) == 0, parameters.integer(1) == 1 else { throw unfit("which is not over the channels") }
    return .softmax
  }

  /// A maximum over windows that lie within the image and its padding, or the whole image's mean.
  private func pooling() throws(MalformedFile) -> GraphOperation {
    switch (parameters.integer(0), parameters.integer(4)) {
    case (0, 0):
      guard parameters.integer(5) == 1 else { throw unfit("which adds to an image of another size") }
      let window = try integer(1, in: 1...99)
      return .maximumPooling(
        window: window, stride: try integer(2, default: 1, in: 1...99), padding: try integer(3, in: 0...window / 2))
    case (1, 1): return .globalMean
    default: throw unfit("which is neither a maximum nor a mean over the whole image")
    }
  }

  private func reflection() throws(MalformedFile) -> Int {
    let amount = try integer(0, in: 1...99)
    guard (1...3).allSatisfy({ parameters.integer($0) == amount }), parameters.integer(4) == 2 else {
      throw unfit("which does not reflect the same number of rows and columns at each side")
    }
    return amount
  }

  /// Given by lists of beginnings, ends and axes.
  private func channels() throws(MalformedFile) -> Range<Int> {
    let (starts, ends) = (parameters.list(9), parameters.list(10))
    guard starts.count == 1, ends.count == 1, parameters.list(11) == [0], let start = Int(exactly: starts[0]),
      let end = Int(exactly: ends[0]), Self.sizes.contains(end), (0..<end).contains(start)
    else { throw unfit("which does not take some of the channels") }
    return start..<end
  }

  private func concatenation() throws(MalformedFile) -> GraphOperation {
    guard [0, -3].contains(parameters.integer(0)) else { throw unfit("which does not concatenate channels") }
    return .concatenation
  }

  private func resizing() throws(MalformedFile) -> GraphOperation {
    guard inputs.count == 1, parameters.integer(3) == 0, parameters.integer(4) == 0, parameters.integer(5) == 0 else {
      throw unfit("which resizes to a size of its own; expected a graph exported for images of any size")
    }
    let (height, width) = (try number(1, default: 1), try number(2, default: 1))
    let name = [1: "nearest", 2: "bilinear", 3: "bicubic"][parameters.integer(0) ?? 0] ?? "of an unknown kind"
    let other = GraphOperation.otherResizing("a change of size by \(height) and \(width), \(name)")
    guard height == width, let factor = Int(exactly: height), Self.factors.contains(factor) else { return other }
    switch (parameters.integer(0), parameters.integer(6)) {
    case (1, 0): return .nearest(factor: factor)
    case (2, 0): return .bilinear(factor: factor)
    default: return other
    }
  }

  private func shuffling() throws(MalformedFile) -> Int {
    guard parameters.integer(1) == 0 else { throw unfit("whose order of channels is not PyTorch's") }
    return try integer(0, default: 1, in: Self.factors)
  }

  /// The values of a constant with one for each channel.
  func channelValues(_ values: NcnnWeights.Values, in file: Data) throws(MalformedFile) -> [Float] {
    guard parameters.integer(0) == 1, parameters.integer(1) == 1, let channels = parameters.integer(2) else {
      throw unfit("which is not a number for each channel")
    }
    return try values.tensor(name, [channels]).array(in: file).scalars
  }

  /// A sum or a difference with a constant.
  func shift(by values: [Float]) throws(MalformedFile) -> GraphOperation {
    guard parameters.integer(1) == 0 else { throw unfit("which has a number as well as a second input") }
    switch parameters.integer(0) {
    case 0: return .channelShift(by: values)
    case 1: return .channelShift(by: values.map { -$0 })
    default: throw unfit("which neither adds nor subtracts the constant \(inputs[1].prefix(80))")
    }
  }
}
