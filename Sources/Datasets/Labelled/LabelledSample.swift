import Tensors

/// A batch of images with their classes.
public struct LabelledSample: Sendable {
  /// `[N, cropSize, cropSize, 1 or 3]` in -1...1.
  public let images: NDArray
  /// `[N, classes]`, 1 for each image's class and 0 for the others, or the vectors of captions, `[N, width]`; nil for images
  /// without either.
  public let classes: NDArray?

  public init(images: NDArray, classes: NDArray? = nil) {
    (self.images, self.classes) = (images, classes)
  }

  /// - Parameter labels: of each image, in `0..<count`.
  public init(images: NDArray, labels: [Int], of count: Int) {
    self.init(images: images, classes: Self.classes(labels, of: count))
  }

  /// 1 for each one's class and 0 for the others, `[N, count]`.
  public static func classes(_ labels: [Int], of count: Int) -> NDArray {
    NDArray(
      labels.flatMap { label in (0..<count).map { $0 == label ? 1 : 0 } }, shape: [labels.count, count])
  }
}

extension LabelledSample: TrainingBatch {
  public var arrays: [NDArray] { [images] + (classes.map { [$0] } ?? []) }
  public func with(_ arrays: [NDArray]) -> LabelledSample {
    LabelledSample(images: arrays[0], classes: arrays.count > 1 ? arrays[1] : nil)
  }
}
