import Datasets
import Tensors

/// Images with their classes, images without, and noise for as many made ones.
public struct SemiSupervisedBatch: TrainingBatch {
  public let labelled: LabelledSample
  /// `[N, cropSize, cropSize, 1 or 3]` in -1...1.
  public let unlabelled: NDArray
  /// `[N, noise]`, of a normal distribution.
  public let noise: NDArray

  public init(labelled: LabelledSample, unlabelled: NDArray, noise: NDArray) {
    (self.labelled, self.unlabelled, self.noise) = (labelled, unlabelled, noise)
  }

  public var arrays: [NDArray] { labelled.arrays + [unlabelled, noise] }

  public func with(_ arrays: [NDArray]) -> SemiSupervisedBatch {
    SemiSupervisedBatch(
      labelled: labelled.with(Array(arrays.dropLast(2))), unlabelled: arrays[arrays.count - 2],
      noise: arrays[arrays.count - 1])
  }
}
