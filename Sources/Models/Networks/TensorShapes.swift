import Tensors

/// The names and shapes of a file's tensors, prefixes around the whole network removed: what networks are recognised by.
public struct TensorShapes: Sendable {
  private let shapes: [String: Shape]

  public init(_ shapes: [String: Shape]) { self.shapes = shapes }

  public subscript(_ name: String) -> Shape? { shapes[name] }

  /// Sorted.
  public var names: [String] { shapes.keys.sorted() }

  /// The channels of a convolution's weight `[output, input, kernel, kernel]`; nil where there is no such tensor.
  public func convolution(_ name: String, kernel: Int) -> (input: Int, output: Int)? {
    guard let shape = self[name], shape.rank == 4, shape[2] == kernel, shape[3] == kernel, shape.count > 0 else {
      return nil
    }
    return (shape[1], shape[0])
  }

  /// How many tensors there are of names with a number that counts up from 0.
  public func count(_ name: (Int) -> String) -> Int {
    var count = 0
    while self[name(count)] != nil { count += 1 }
    return count
  }
}

/// Limits and guesses that several networks are recognised with.
enum RecognitionLimits {
  /// More doublings than anyone trains, few enough that sizes stay numbers.
  static let upsamplings = 4
  /// Likewise of one pixel shuffle.
  private static let factor = 16

  /// The factor by which `channels` shuffle, such that the first possible number of `remaining` channels is left.
  static func shuffle(of channels: Int, toChannels remaining: [Int]) -> (factor: Int, channels: Int)? {
    for left in remaining {
      if let factor = (1...factor).first(where: { left * $0 * $0 == channels }) { return (factor, left) }
    }
    return nil
  }
}
