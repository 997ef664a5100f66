import Tensors

/// A copy of more values than the caches hold, which shows how fast the memory is. A depthwise convolution of one tap reads
/// ahead and writes past the caches where the processor can, and so is faster than the C library's copy.
struct MemoryCopy {
  private static let channels = 128
  private let source = Tensor(NDArray(repeating: 1, shape: [1, 512, 512, channels]))
  private let weight = Tensor(NDArray(repeating: 1, shape: [1, 1, 1, channels]))

  /// Those read and those written.
  var bytes: Int { 2 * source.shape.count * MemoryLayout<Float>.stride }

  /// Seconds per run.
  func seconds() -> Double {
    ShortWork.seconds {
      withoutGradients { source.convolved(with: weight, groups: Self.channels) }.value.withHostMemory { _ in }
    }
  }
}
