import Kernels

/// Float32 values in row-major order: copied on write, free to cross tasks.
///
/// The values may be deferred: padding, norms, rectifiers and the like are then worked out by the convolution that reads
/// them, while it reads, and only if something else asks for the values are they written to memory.
public struct NDArray: Sendable {
  public let shape: Shape
  private var contents: Contents
  /// What a convolution has gathered of its output's channels, an image at a time, for the norm that follows.
  var moments: ChannelMoments?

  private enum Contents {
    case values(Buffer)
    case deferred(DeferredPixels)
  }

  /// Contents are undefined: for a kernel that writes every value.
  package init(uninitialized shape: Shape) {
    self.shape = shape
    contents = .values(Buffer(count: shape.count))
  }

  /// `[N, H, W, C]` that a convolution can read.
  init(deferred source: PixelSource) {
    shape = [source.batch, source.height, source.width, source.channels]
    contents = .deferred(DeferredPixels(source))
  }

  /// The memory that holds the values, written now if they were deferred.
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
    self.init(uninitialized: shape)
    buffer.pointer.update(repeating: value, count: shape.count)
  }

  /// `values` in row-major order; there must be `shape.count` of them.
  public init(_ values: [Float], shape: Shape) {
    precondition(values.count == shape.count, "\(values.count) values do not fill the shape \(shape)")
    self.init(uninitialized: shape)
    values.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      buffer.pointer.update(from: base, count: source.count)
    }
  }

  public init(_ scalar: Float) {
    self.init([scalar], shape: [])
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

  public func reshaped(to shape: Shape) -> NDArray {
    NDArray(sharing: self, shape: shape)
  }

  private init(sharing other: NDArray, shape: Shape) {
    precondition(shape.count == other.shape.count, "cannot reshape \(other.shape) to \(shape)")
    self.shape = shape
    contents = .values(other.buffer)
  }

  /// The one way to an array's values, with `withMutableHostMemory`: the seam where another device would copy them here.
  package func withHostMemory<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    let buffer = buffer
    return try withExtendedLifetime(buffer) {
      try body(UnsafeBufferPointer(start: buffer.pointer, count: shape.count))
    }
  }

  /// Copies first where another array shares the values.
  package mutating func withMutableHostMemory<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    let buffer = takeUniqueBuffer()
    contents = .values(buffer)
    buffer.forms.removeAll()
    moments = nil
    return try withExtendedLifetime(buffer) {
      try body(UnsafeMutableBufferPointer(start: buffer.pointer, count: shape.count))
    }
  }

  private mutating func takeUniqueBuffer() -> Buffer {
    if case .values(var buffer) = contents {
      // Let go of the enumeration's reference, so that only other arrays' count.
      contents = .values(Self.empty)
      if isKnownUniquelyReferenced(&buffer) { return buffer }
      return copy(of: buffer)
    }
    return copy(of: buffer)
  }

  private static let empty = Buffer(count: 0)

  private func copy(of buffer: Buffer) -> Buffer {
    let copy = Buffer(count: shape.count)
    copy.pointer.update(from: buffer.pointer, count: shape.count)
    return copy
  }

  /// A new array that `body` fills.
  package init(shape: Shape, filledBy body: (UnsafeMutablePointer<Float>) -> Void) {
    self.init(uninitialized: shape)
    body(buffer.pointer)
  }

  /// For kernel calls: valid while the array lives, so keep the array in a variable until the kernel is done.
  package var pointer: UnsafePointer<Float> { UnsafePointer(buffer.pointer) }
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
