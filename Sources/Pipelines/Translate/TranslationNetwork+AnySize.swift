import Models
import Tensors

extension TranslationNetwork {
  /// The network's output for an input `[1, H, W, inputChannels]` of any size: `[1, H, W, outputChannels]`.
  ///
  /// The input is extended by reflection at the right and bottom to a size that the network accepts, and the output is
  /// cropped.
  ///
  /// - Parameters:
  ///   - precision: one that this machine supports, whose `obstacle` is nil.
  ///   - memoryLimit: the memory in bytes that computing may take; nil for all that the system says is free.
  ///   - inference: of this network alone.
  ///
  /// Throws `TranslationError.notEnoughMemory`.
  func output(
    for input: NDArray, precision: Precision, memoryLimit: Int?, by inference: RepeatedInference
  ) throws -> NDArray {
    let size = Size(height: input.shape[1], width: input.shape[2])
    try checkMemory(for: size, limit: memoryLimit)
    let extended = extended(size)
    let extendedInput = input.extendedByReflection(height: extended.height, width: extended.width)
    return try withoutGradients(precision: precision) {
      inference(Tensor(extendedInput)) { self($0) }.first(size.height, alongAxis: 1).first(size.width, alongAxis: 2)
        .value
    }
  }

  /// Throws `TranslationError.notEnoughMemory` if computing an image as a whole takes more than `limit` bytes, or, if
  /// that is nil, more than the system says is free.
  func checkMemory(for size: Size, limit: Int?) throws(TranslationError) {
    let needed = memory(for: size)
    if let available = limit ?? AvailableMemory.bytes, needed > available {
      throw .notEnoughMemory(needed: needed, available: available)
    }
  }

  /// The smallest size to which an image can be extended for the network.
  func extended(_ size: Size) -> Size {
    func extended(_ size: Int) -> Int {
      max(smallestSize, (size + sizeMultiple - 1) / sizeMultiple * sizeMultiple)
    }
    return Size(height: extended(size.height), width: extended(size.width))
  }

  /// The peak memory in bytes of computing an image as a whole.
  func memory(for size: Size) -> Int {
    let extended = extended(size)
    return (extended.height * extended.width * valuesPerPixel + parameterCount * valuesPerParameter)
      * MemoryLayout<Float>.size
  }
}

extension Tensor {
  func first(_ count: Int, alongAxis axis: Int) -> Tensor {
    count == shape[axis] ? self : sliced(axis: axis, range: 0..<count)
  }
}
