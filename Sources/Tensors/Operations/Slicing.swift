import Kernels

extension Tensor {
  /// The part of one axis that lies in `range`.
  public func sliced(axis: Int, range: Range<Int>) -> Tensor {
    let axis = axis < 0 ? axis + shape.rank : axis
    precondition(
      range.lowerBound >= 0 && range.upperBound <= shape[axis],
      "\(range) does not lie in axis \(axis) of the shape \(shape)")
    return Slice(axis: axis, range: range)(self)
  }

  /// This tensor with zeros before and after it along one axis.
  fileprivate func zeroPadded(axis: Int, before: Int, size: Int) -> Tensor {
    ZeroPadding(axis: axis, before: before, size: size)(self)
  }
}

/// Concatenates tensors along an axis. All other axes must agree.
public func concatenated(_ tensors: [Tensor], axis: Int) -> Tensor {
  precondition(!tensors.isEmpty, "there is nothing to concatenate")
  let axis = axis < 0 ? axis + tensors[0].shape.rank : axis
  return Concatenation(axis: axis).apply(to: tensors)
}

private struct Slice: TensorOperation {
  let axis: Int
  let range: Range<Int>

  func output(of inputs: [NDArray]) -> NDArray {
    let blocks = AxisBlocks(inputs[0].shape, axis: axis)
    return blocks.assembled(
      size: range.count,
      from: [blocks.copy(inputs[0], from: range.lowerBound, count: range.count, to: 0, of: range.count)])
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [gradient.zeroPadded(axis: axis, before: range.lowerBound, size: call.inputs[0].shape[axis])]
  }
}

/// The adjoint of a slice.
private struct ZeroPadding: TensorOperation {
  let axis: Int, before: Int, size: Int

  func output(of inputs: [NDArray]) -> NDArray {
    let blocks = AxisBlocks(inputs[0].shape, axis: axis)
    return blocks.assembled(
      size: size, from: [blocks.copy(inputs[0], from: 0, count: blocks.size, to: before, of: size)])
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [gradient.sliced(axis: axis, range: before..<before + call.inputs[0].shape[axis])]
  }
}

private struct Concatenation: TensorOperation {
  let axis: Int

  func output(of inputs: [NDArray]) -> NDArray {
    let first = AxisBlocks(inputs[0].shape, axis: axis)
    let size = inputs.reduce(0) { $0 + $1.shape[axis] }
    for input in inputs {
      precondition(
        AxisBlocks(input.shape, axis: axis).shape(size: 0) == first.shape(size: 0),
        "shapes \(inputs.map(\.shape)) cannot be concatenated along axis \(axis)")
    }
    if axis == 3, inputs[0].shape.rank == 4, let joined = Self.deferred(inputs) { return joined }
    var start = 0
    let copies = inputs.map { input in
      let blocks = AxisBlocks(input.shape, axis: axis)
      defer { start += blocks.size }
      return blocks.copy(input, from: 0, count: blocks.size, to: start, of: size)
    }
    return first.assembled(size: size, from: copies)
  }

  /// The concatenation, deferred to the convolution that reads it; nil unless all inputs have the same size and
  /// padding.
  private static func deferred(_ inputs: [NDArray]) -> NDArray? {
    var joined = inputs[0].pixelSource
    for source in inputs.dropFirst().map(\.pixelSource) {
      guard source.sourceHeight == joined.sourceHeight, source.sourceWidth == joined.sourceWidth,
        source.rows == joined.rows, source.columns == joined.columns
      else { return nil }
      joined.parts += source.parts
    }
    return NDArray(deferred: joined)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    var start = 0
    return zip(call.inputs, call.needs).map { input, isNeeded in
      let range = start..<start + input.shape[axis]
      start = range.upperBound
      return isNeeded ? gradient.sliced(axis: axis, range: range) : nil
    }
  }
}

/// A shape viewed as `[outer, size, inner]` around one axis.
private struct AxisBlocks {
  let outer: Int, size: Int, inner: Int
  private let original: Shape
  private let axis: Int

  init(_ shape: Shape, axis: Int) {
    original = shape
    self.axis = axis
    outer = shape.dimensions[..<axis].reduce(1, *)
    size = shape[axis]
    inner = shape.dimensions[(axis + 1)...].reduce(1, *)
  }

  func shape(size: Int) -> Shape {
    var dimensions = original.dimensions
    dimensions[axis] = size
    return Shape(dimensions)
  }

  /// Copies `count` positions, from `start` on, of an array of this shape to position `target` on, where the axis has
  /// size `targetSize`.
  func copy(_ array: NDArray, from start: Int, count: Int, to target: Int, of targetSize: Int) -> StridedCopy {
    StridedCopy(
      array.buffer, rows: outer, count: count * inner, sourceStart: start * inner, sourceStride: size * inner,
      targetStart: target * inner, targetStride: targetSize * inner)
  }

  /// An array of this shape, except that the axis has the given size.
  func assembled(size: Int, from copies: [StridedCopy]) -> NDArray {
    NDArray(device.assembled(count: outer * size * inner, from: copies), shape: shape(size: size))
  }
}
