/// The axes of an array that is computed from two others, as `strided.comp` walks along them: innermost first, those of
/// size 1 left out, and adjacent ones merged where both sides allow it.
struct StridedAxes {
  private struct Axis {
    var size: Int, leftStride: Int, rightStride: Int
  }

  /// As many as `strided.comp` takes.
  private static let most = 10

  private var axes: [Axis] = []

  /// - Parameters: the output's sizes and each side's strides, outermost axis first; a stride of 0 repeats a value.
  init(sizes: [Int], leftStrides: [Int], rightStrides: [Int]) {
    for axis in sizes.indices.reversed() where sizes[axis] != 1 {
      let next = Axis(size: sizes[axis], leftStride: leftStrides[axis], rightStride: rightStrides[axis])
      if let last = axes.last, next.leftStride == last.leftStride * last.size,
        next.rightStride == last.rightStride * last.size
      {
        axes[axes.count - 1].size *= next.size
      } else {
        axes.append(next)
      }
    }
    if axes.isEmpty { axes = [Axis(size: 1, leftStride: 0, rightStride: 0)] }
    precondition(axes.count <= Self.most, "arrays of sizes \(sizes) have more than \(Self.most) axes of their own")
  }

  /// Broadcasts both sides: each axis of theirs has the output's size or 1.
  init(output: [Int], left: [Int], right: [Int]) {
    self.init(sizes: output, leftStrides: Self.strides(of: left), rightStrides: Self.strides(of: right))
  }

  /// The distances between neighbours along each axis of contiguous values, and 0 along axes of size 1.
  static func strides(of dimensions: [Int]) -> [Int] {
    var step = 1
    var strides = Array(repeating: 0, count: dimensions.count)
    for axis in dimensions.indices.reversed() {
      strides[axis] = dimensions[axis] == 1 ? 0 : step
      step *= dimensions[axis]
    }
    return strides
  }

  var rank: Int { axes.count }

  /// The sizes and strides as the shader's parameters.
  var parameters: [any ShaderWord] {
    func padded(_ numbers: [Int]) -> [Int] { numbers + Array(repeating: 1, count: Self.most - numbers.count) }
    return padded(axes.map(\.size)) + padded(axes.map(\.leftStride)) + padded(axes.map(\.rightStride))
  }
}
