import Models
import Tensors

extension TranslationNetwork {
  /// What the network makes of an array `[1, H, W, inputChannels]` of any size: `[1, H, W, outputChannels]`.
  ///
  /// Inside, the array is extended at its right and bottom by reflection to what the network takes, and cut back after.
  ///
  /// - Parameters:
  ///   - precision: one whose `obstacle` is nil.
  ///   - memoryLimit: the bytes that computing may take; nil for what the system says is free.
  ///
  /// Throws `TranslationError` where more memory is needed than there is.
  func output(for input: NDArray, precision: Precision, memoryLimit: Int?) throws -> NDArray {
    let size = Size(height: input.shape[1], width: input.shape[2])
    let needed = memory(for: size)
    if let available = memoryLimit ?? AvailableMemory.bytes, needed > available {
      throw TranslationError.notEnoughMemory(needed: needed, available: available)
    }
    let extended = extended(size)
    let extendedInput = input.extendedByReflection(height: extended.height, width: extended.width)
    return try withoutGradients(precision: precision) {
      self(Tensor(extendedInput)).first(size.height, alongAxis: 1).first(size.width, alongAxis: 2).value
    }
  }

  /// What the network takes for an image of that size.
  func extended(_ size: Size) -> Size {
    func extended(_ size: Int) -> Int {
      max(smallestSize, (size + sizeMultiple - 1) / sizeMultiple * sizeMultiple)
    }
    return Size(height: extended(size.height), width: extended(size.width))
  }

  /// The bytes that computing takes, all of the image at once.
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
