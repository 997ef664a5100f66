import Foundation
import Models
import Tensors

extension NcnnLayer {
  /// Sizes of axes, few enough that the product of four does not overflow.
  static let sizes = 1...32_767

  func integer(_ key: Int, default standard: Int = 0, in range: ClosedRange<Int>) throws(MalformedFile) -> Int {
    guard let value = parameters.integer(key, default: standard), range.contains(value) else {
      throw unfit("whose parameter \(key) is not a whole number in \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func number(_ key: Int, default standard: Float = 0) throws(MalformedFile) -> Float {
    guard let value = parameters.number(key, default: standard), value.isFinite else {
      throw unfit("whose parameter \(key) is not one number")
    }
    return value
  }

  /// The error for a layer that no network here has.
  func unfit(_ problem: String) -> MalformedFile { MalformedFile("has \(self), \(problem)") }

  /// The convolution, and the rectifier in the same layer, if any.
  func convolution() throws(MalformedFile) -> (convolution: GraphConvolution, rectifier: GraphOperation?) {
    let outputs = try integer(0, in: Self.sizes)
    let (width, size) = (try integer(1, in: 1...99), try integer(6, in: 1...Int(Int32.max)))
    let height = try integer(11, default: width, in: 1...99)
    let groups = try integer(7, default: 1, in: Self.sizes)
    let (inputs, rest) = size.quotientAndRemainder(dividingBy: outputs * width * height)
    guard rest == 0, Self.sizes.contains(inputs), outputs % groups == 0 else {
      throw unfit("whose \(size) weights do not make kernels of \(width)x\(height) with \(outputs) outputs")
    }
    let dilation = try integer(2, default: 1, in: 1...99)
    guard width == height, parameters.integer(12, default: dilation) == dilation else {
      throw unfit("whose kernel is not square")
    }
    guard parameters.integer(8) == 0 else { throw unfit("which is quantised to 8 bits; expected the original model") }
    let isTransposed = type == "Deconvolution"
    var convolution = GraphConvolution(
      Shape(isTransposed ? [inputs, outputs, height, width] : [outputs, inputs, height, width]))
    convolution.stride = try integer(3, default: 1, in: 1...8)
    guard parameters.integer(13, default: convolution.stride) == convolution.stride else {
      throw unfit("whose steps differ along the two axes")
    }
    convolution.dilation = dilation
    (convolution.before, convolution.after) = try padding(
      of: dilation * (width - 1) + 1, stride: convolution.stride)
    convolution.groups = groups
    convolution.isTransposed = isTransposed
    convolution.hasBias = try integer(5, in: 0...1) == 1
    if isTransposed {
      convolution.outputPadding = try integer(18, in: 0...8)
      guard parameters.integer(19) == convolution.outputPadding else {
        throw unfit("whose output is larger by other numbers along the two axes")
      }
    } else {
      // Of a plain convolution, these are what is put around the image, and that weights come from elsewhere.
      guard parameters.number(18) == 0 else { throw unfit("which puts other values than zeros around the image") }
      guard parameters.integer(19) == 0 else { throw unfit("which has no weights of its own") }
    }
    return (convolution, try rectifier())
  }

  /// How many zeros there are at the image's upper and left sides, and at the others. -233 and -234 say that its size is to
  /// stay.
  private func padding(of kernel: Int, stride: Int) throws(MalformedFile) -> (before: Int, after: Int) {
    let left = parameters.integer(4)
    let top = parameters.integer(14, default: left ?? 0)
    let right = parameters.integer(15, default: left ?? 0)
    let bottom = parameters.integer(16, default: top ?? 0)
    guard let left, let top, let right, let bottom else { throw unfit("whose padding is not in whole numbers") }
    if [left, top, right, bottom].contains(where: { [-233, -234].contains($0) }) {
      let sides = [left, top, right, bottom].allSatisfy { [-233, -234, kernel / 2].contains($0) }
      guard sides, stride == 1, kernel % 2 == 1 else { throw unfit("whose padding depends on the image's size") }
      return (kernel / 2, kernel / 2)
    }
    guard left == top, right == bottom, (0...99).contains(left), (0...99).contains(right) else {
      throw unfit("whose padding differs along the two axes")
    }
    return (left, right)
  }

  /// A blur, which is a convolution with known weights; nil if they are others.
  func blur(
    _ convolution: GraphConvolution, _ values: [NcnnWeights.Values], in file: Data
  ) throws(MalformedFile) -> GraphOperation? {
    let (channels, stride) = (convolution.groups, convolution.stride)
    var blur = GraphConvolution([channels, 1, 3, 3], stride: stride, padding: 0)
    (blur.groups, blur.hasBias) = (channels, false)
    guard channels > 1, convolution == blur, values.count == 1 else { return nil }
    let weights = try values[0].tensor(name, convolution.shape.dimensions).array(in: file).scalars
    return weights == GraphOperation.blurFilter(channels: channels) ? .blur(channels: channels, stride: stride) : nil
  }

  private func rectifier() throws(MalformedFile) -> GraphOperation? {
    let slopes = parameters.list(10)
    switch parameters.integer(9) {
    case 0: return nil
    case 1: return .leakyRectifier(slope: 0)
    case 2 where slopes.count == 1: return .leakyRectifier(slope: slopes[0])
    case 4: return .sigmoid
    default:
      throw unfit("whose activation \(parameters.integer(9) ?? -1), with \(slopes.count) numbers, is unknown here")
    }
  }
}
