import Kernels

/// Float32 values in row-major order: copied on write, free to cross tasks.
public struct NDArray: Sendable {
  public let shape: Shape
  private var buffer: Buffer

  /// Contents are undefined: for a kernel that writes every value.
  package init(uninitialized shape: Shape) {
    self.shape = shape
    buffer = Buffer(count: shape.count)
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
    buffer = other.buffer
  }

  /// The one way to an array's values, with `withMutableHostMemory`: the seam where another device would copy them here.
  package func withHostMemory<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(buffer) {
      try body(UnsafeBufferPointer(start: buffer.pointer, count: shape.count))
    }
  }

  /// Copies first where another array shares the values.
  package mutating func withMutableHostMemory<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    if !isKnownUniquelyReferenced(&buffer) {
      let copy = Buffer(count: shape.count)
      copy.pointer.update(from: buffer.pointer, count: shape.count)
      buffer = copy
    }
    return try withExtendedLifetime(buffer) {
      try body(UnsafeMutableBufferPointer(start: buffer.pointer, count: shape.count))
    }
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
