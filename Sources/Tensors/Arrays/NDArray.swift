import Kernels

/// An array of float32 values in row-major order, copied on write and `Sendable`.
///
/// Values may be deferred: the convolution that reads them then applies padding, norms, rectifiers and the like on the
/// fly, and they are only written to memory if something other than a convolution reads them.
public struct NDArray: Sendable {
  public let shape: Shape
  private var contents: Contents
  /// The moments of each image's channels, if the convolution that computed the values also gathered them for a norm.
  var moments: ChannelMoments?

  private enum Contents {
    case values(Buffer)
    case deferred(DeferredPixels)
  }

  /// Values computed by a device.
  init(_ buffer: Buffer, shape: Shape) {
    precondition(buffer.count == shape.count, "\(buffer.count) values do not fill the shape \(shape)")
    self.shape = shape
    contents = .values(buffer)
  }

  /// Images `[N, H, W, C]` whose values are deferred.
  init(deferred source: PixelSource) {
    shape = [source.batch, source.height, source.width, source.channels]
    contents = .deferred(DeferredPixels(source))
  }

  /// The values, computed now if they were deferred.
  var buffer: Buffer {
    switch contents {
    case .values(let buffer): buffer
    case .deferred(let pixels): pixels.buffer
    }
  }

  /// The images `[N, H, W, C]` as a convolution reads them.
  var pixelSource: PixelSource {
    if case .deferred(let pixels) = contents, let source = pixels.source { return source }
    return PixelSource(buffer, batch: shape[0], height: shape[1], width: shape[2], channels: shape[3])
  }

  /// Whether the values are deferred and not computed yet.
  var isDeferred: Bool {
    if case .deferred(let pixels) = contents { return pixels.source != nil }
    return false
  }

  /// An array of equal values.
  public init(repeating value: Float, shape: Shape) {
    self.init(device.filled(with: value, count: shape.count), shape: shape)
  }

  /// `values` in row-major order; there must be `shape.count` of them.
  public init(_ values: [Float], shape: Shape) {
    precondition(values.count == shape.count, "\(values.count) values do not fill the shape \(shape)")
    self.init(shape: shape) { _ = $0.update(fromContentsOf: values) }
  }

  public init(_ scalar: Float) {
    self.init([scalar], shape: [])
  }

  /// The same values in the same row-major order; `shape` must have as many.
  public func reshaped(to shape: Shape) -> NDArray {
    precondition(shape.count == self.shape.count, "cannot reshape \(self.shape) to \(shape)")
    return NDArray(buffer, shape: shape)
  }

  /// The values, in a buffer that no other array shares, for a device to change.
  mutating func takeUniqueBuffer() -> Buffer {
    var buffer = buffer
    // Drops the reference in `contents`, so that only other arrays' references make the buffer non-unique.
    contents = .values(Self.empty)
    if !isKnownUniquelyReferenced(&buffer) { buffer = device.copy(of: buffer) }
    contents = .values(buffer)
    moments = nil
    return buffer
  }

  private static let empty = Buffer(count: 0) { _ in }
}

/// Access to an array's values from the host. Reading waits until the device has computed them and copied them to the
/// host's memory, so computations should read rarely, and many values at a time.
extension NDArray {
  /// An array whose values `body` writes in row-major order. It must write all of them: the memory is uninitialised.
  public init(shape: Shape, filledBy body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    self.init(try Buffer(count: shape.count, filledBy: body), shape: shape)
  }

  /// Calls `body` with the values in row-major order; the memory is valid until it returns.
  public func withHostMemory<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try buffer.withHostValues(body)
  }

  /// Lets `body` change the values in row-major order, after copying them if another array shares them; the memory is
  /// valid until it returns.
  public mutating func withMutableHostMemory<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try takeUniqueBuffer().withMutableHostValues(body)
  }

  /// All values, in row-major order.
  public var scalars: [Float] {
    withHostMemory { Array($0) }
  }

  /// The rows of an array `[rows, width]` at these places, `[N, width]`.
  public func rows(_ indices: [Int]) -> NDArray {
    precondition(shape.rank == 2, "an array of shape \(shape) has no rows")
    let width = shape[1]
    return NDArray(shape: [indices.count, width]) { rows in
      withHostMemory { values in
        for (row, index) in indices.enumerated() {
          for column in 0..<width { rows[row * width + column] = values[index * width + column] }
        }
      }
    }
  }

  /// The value of an array that holds exactly one.
  public var scalar: Float {
    precondition(shape.count == 1, "an array of shape \(shape) is not one value")
    return withHostMemory { $0[0] }
  }
}

/// The values of tensors that hold one each, read together, so that the caller waits for the device once instead of for
/// each.
public func scalars(of tensors: [Tensor]) -> [Float] {
  for tensor in tensors { precondition(tensor.shape.count == 1, "a tensor of shape \(tensor.shape) is not one value") }
  if tensors.isEmpty { return [] }
  return withoutGradients { concatenated(tensors.map { $0.detached.reshaped(to: [1]) }, axis: 0).value.scalars }
}

extension NDArray: Equatable {
  /// Equality of shapes and bit patterns: a NaN equals itself, and 0 differs from -0.
  public static func == (left: NDArray, right: NDArray) -> Bool {
    guard left.shape == right.shape else { return false }
    return left.withHostMemory { a in
      right.withHostMemory { b in
        a.indices.allSatisfy { a[$0].bitPattern == b[$0].bitPattern }
      }
    }
  }
}
