import Checkpoints
import Foundation
import Tensors
import Testing

/// Reads ncnn's weights of SRVGGNet, with the names and shapes of PyTorch's file. For each convolution, ncnn stores a
/// half-precision tag, the kernels, padded to 4 bytes, and the bias in single precision, then the rectifier's slopes.
func ncnnWeights(of url: URL, widths: [(input: Int, output: Int)]) throws -> [String: NDArray] {
  let file = try Data(contentsOf: url)
  let halfPrecision: UInt32 = 0x0130_6B47
  var position = 0
  func read<Value>(_ type: Value.Type, count: Int) throws -> [Value] {
    let size = count * MemoryLayout<Value>.size
    try #require(position + size <= file.count)
    defer { position += (size + 3) / 4 * 4 }
    return file.withUnsafeBytes { bytes in
      (0..<count).map { bytes.loadUnaligned(fromByteOffset: position + $0 * MemoryLayout<Value>.size, as: type) }
    }
  }
  var weights: [String: NDArray] = [:]
  for (index, width) in widths.enumerated() {
    try #require(read(UInt32.self, count: 1) == [halfPrecision])
    let shape: Shape = [width.output, width.input, 3, 3]
    weights["body.\(2 * index).weight"] = NDArray(
      try read(Float16.self, count: shape.count).map { Float($0) }, shape: shape)
    weights["body.\(2 * index).bias"] = NDArray(try read(Float.self, count: width.output), shape: [width.output])
    guard index < widths.count - 1 else { break }
    weights["body.\(2 * index + 1).weight"] = NDArray(try read(Float.self, count: width.output), shape: [width.output])
  }
  try #require(position == file.count)
  return weights
}
