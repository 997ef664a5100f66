import Checkpoints
import Datasets
import Foundation
import Tensors

/// Captions, and for each of them a vector that says what it means, from a text encoder of the user's own.
public struct CaptionVectors: Sendable {
  public let file: CaptionFile
  /// `[captions, width]`.
  public let vectors: NDArray

  public var width: Int { vectors.shape[1] }

  /// - Parameters:
  ///   - captions: what `CaptionFile` reads.
  ///   - url: a safetensors or PyTorch file with one array, `[captions, width]`.
  ///
  /// Throws `DatasetError` and `CheckpointError`; the latter, too, if the two do not belong together.
  public init(captions: URL, vectors url: URL) throws {
    file = try CaptionFile(contentsOf: captions)
    let tensors = try TensorFile(contentsOf: url)
    guard tensors.names.count == 1, let array = tensors.array(named: tensors.names[0]) else {
      throw CheckpointError(
        url, "holds \(tensors.names.count) arrays, where one was expected, with a row for each caption")
    }
    guard array.shape.rank == 2, array.shape[1] > 0 else {
      throw CheckpointError(
        url, "holds an array of the shape \(array.shape), where a row of values was expected for each caption")
    }
    guard array.shape[0] == file.captions.count else {
      throw CheckpointError(
        url,
        "holds \(array.shape[0]) rows, where \(file.captions.count) were expected, one for each caption in "
          + captions.relativePath)
    }
    guard array.scalars.allSatisfy(\.isFinite) else {
      throw CheckpointError(url, "holds values that are not finite numbers")
    }
    vectors = array
  }

  /// The vectors of captions, `[N, width]`.
  public subscript(indices: [Int]) -> NDArray { vectors.rows(indices) }
}
