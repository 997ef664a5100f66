import Foundation
import Kernels
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
    let (height, width) = (input.shape[1], input.shape[2])
    func extended(_ size: Int) -> Int {
      max(smallestSize, (size + sizeMultiple - 1) / sizeMultiple * sizeMultiple)
    }
    try checkMemory(pixels: extended(height) * extended(width), limit: memoryLimit)
    let extendedInput = input.extendedByReflection(height: extended(height), width: extended(width))
    return withoutGradients(precision: precision) {
      self(Tensor(extendedInput)).first(height, alongAxis: 1).first(width, alongAxis: 2).value
    }
  }

  private func checkMemory(pixels: Int, limit: Int?) throws {
    let needed = (pixels * valuesPerPixel + parameterCount * valuesPerParameter) * MemoryLayout<Float>.size
    guard let available = limit ?? AvailableMemory.bytes, needed > available else { return }
    throw TranslationError.notEnoughMemory(needed: needed, available: available)
  }
}

extension Tensor {
  fileprivate func first(_ count: Int, alongAxis axis: Int) -> Tensor {
    count == shape[axis] ? self : sliced(axis: axis, range: 0..<count)
  }
}

/// An image that cannot be translated; the file's name is for the caller to add.
public enum TranslationError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case notEnoughMemory(needed: Int, available: Int)

  public var description: String {
    switch self {
    case .notEnoughMemory(let needed, let available):
      "for an image of this size the network takes about \(AvailableMemory.text(needed)) of memory, and "
        + "\(AvailableMemory.text(available)) are free: make the image, or the size to work at, smaller, or end other programs"
    }
  }

  public var errorDescription: String? { description }
}
