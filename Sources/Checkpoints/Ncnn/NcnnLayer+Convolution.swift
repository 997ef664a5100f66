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

  /// The shape of a convolution's weight, `[out, in, kH, kW]`, and the rectifier in the same layer, if any.
  func convolution() throws(MalformedFile) -> (shape: Shape, rectifier: GraphOperation?) {
    let outputs = try integer(0, in: Self.sizes)
    let (width, size) = (try integer(1, in: 1...99), try integer(6, in: 1...Int(Int32.max)))
    let height = try integer(11, default: width, in: 1...99)
    let (inputs, rest) = size.quotientAndRemainder(dividingBy: outputs * width * height)
    guard rest == 0, Self.sizes.contains(inputs) else {
      throw unfit("whose \(size) weights do not make kernels of \(width)x\(height) with \(outputs) outputs")
    }
    guard width == height, width % 2 == 1, hasStandardSteps, pads(by: width / 2) else {
      throw unfit("which does not keep an image's size: expected a square kernel, stride 1, zeros around the image")
    }
    guard parameters.integer(8) == 0 else { throw unfit("which is quantised to 8 bits; expected the original model") }
    guard parameters.integer(5) == 1, parameters.integer(19) == 0 else { throw unfit("which has no bias of its own") }
    return ([outputs, inputs, height, width], try rectifier())
  }

  private var hasStandardSteps: Bool { [2, 12, 3, 13].allSatisfy { parameters.integer($0, default: 1) == 1 } }

  /// Whether the image is padded by so many zeros at each side. -233 and -234 say that its size is to stay.
  private func pads(by amount: Int) -> Bool {
    guard let left = parameters.integer(4), let top = parameters.integer(14, default: left),
      let right = parameters.integer(15, default: left), let bottom = parameters.integer(16, default: top)
    else { return false }
    return [left, top, right, bottom].allSatisfy { [amount, -233, -234].contains($0) } && parameters.number(18) == 0
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
