import Kernels

/// Float32 values in row-major order: copied on write, free to cross tasks.
///
/// Values may be deferred: the convolution that reads them applies padding, norms, rectifiers and the like on the way, and
/// they are written to memory only if something other than a convolution reads them.
public struct NDArray: Sendable {
  public let shape: Shape
  private var contents: Contents
  /// The moments of each image's channels, where the convolution that made the values has gathered them for a norm.
  var moments: ChannelMoments?

  private enum Contents {
    case values(Buffer)
    case deferred(DeferredPixels)
  }

  /// Values that a device has worked out.
  init(_ buffer: Buffer, shape: Shape) {
    precondition(buffer.count == shape.count, "\(buffer.count) values do not fill the shape \(shape)")
    self.shape = shape
    contents = .values(buffer)
  }

  /// `[N, H, W, C]` that a convolution can read.
  init(deferred source: PixelSource) {
    shape = [source.batch, source.height, source.width, source.channels]
    contents = .deferred(DeferredPixels(source))
  }

  /// The values, worked out now if they were deferred.
  var buffer: Buffer {
    switch contents {
    case .values(let buffer): buffer
    case .deferred(let pixels): pixels.buffer
    }
  }

  /// The images `[N, H, W, C]` as a convolution reads them.
  var pixelSource: PixelSource {
    if case .deferred(let pixels) = contents { return pixels.source }
    return PixelSource(buffer, batch: shape[0], height: shape[1], width: shape[2], channels: shape[3])
  }

  /// Whether the values are still to be worked out.
  var isDeferred: Bool {
    if case .deferred(let pixels) = contents { return !pixels.isWritten }
    return false
  }

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

  public func reshaped(to shape: Shape) -> NDArray {
    precondition(shape.count == self.shape.count, "cannot reshape \(self.shape) to \(shape)")
    return NDArray(buffer, shape: shape)
  }

  /// The values in memory that no other array shares, for a device to change.
  mutating func takeUniqueBuffer() -> Buffer {
    var buffer = buffer
    // Without the enumeration's own reference, only other arrays' are left to be seen.
    contents = .values(Self.empty)
    if !isKnownUniquelyReferenced(&buffer) { buffer = device.copy(of: buffer) }
    contents = .values(buffer)
    moments = nil
    return buffer
  }

  private static let empty = Buffer(count: 0) { _ in }
}

/// The one door to an array's values. Reading waits until the device has worked them out and copied them to the host's
/// memory, so what computes reads rarely, and many values at a time.
extension NDArray {
  /// Values that `body` writes, all of them, in row-major order; their memory is undefined before.
  public init(shape: Shape, filledBy body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    self.init(try Buffer(count: shape.count, filledBy: body), shape: shape)
  }

  /// Reads the values, in row-major order, in memory that is valid until `body` returns.
  public func withHostMemory<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try buffer.withHostValues(body)
  }

  /// Changes the values, in memory that is valid until `body` returns: a copy where another array shares them.
  public mutating func withMutableHostMemory<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try takeUniqueBuffer().withMutableHostValues(body)
  }

  /// All values, in row-major order.
  public var scalars: [Float] {
    withHostMemory { Array($0) }
  }

  /// The only value of an array that holds one.
  public var scalar: Float {
    precondition(shape.count == 1, "an array of shape \(shape) is not one value")
    return withHostMemory { $0[0] }
  }
}

/// The values of one-value tensors, read all at once: one wait for the device instead of one for each.
public func scalars(of tensors: [Tensor]) -> [Float] {
  for tensor in tensors { precondition(tensor.shape.count == 1, "a tensor of shape \(tensor.shape) is not one value") }
  if tensors.isEmpty { return [] }
  return withoutGradients { concatenated(tensors.map { $0.detached.reshaped(to: [1]) }, axis: 0).value.scalars }
}

extension NDArray: Equatable {
  /// Same shape and the same bits, so that a NaN equals itself and 0 differs from -0.
  public static func == (left: NDArray, right: NDArray) -> Bool {
    guard left.shape == right.shape else { return false }
    return left.withHostMemory { a in
      right.withHostMemory { b in
        a.indices.allSatisfy { a[$0].bitPattern == b[$0].bitPattern }
      }
    }
  }
}
