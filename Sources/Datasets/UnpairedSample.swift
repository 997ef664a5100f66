import Foundation
import Tensors

/// A batch of each domain, unrelated to each other: `[batchSize, cropSize, cropSize, 3]` in -1...1.
public struct UnpairedSample: Sendable {
  public let a: NDArray
  public let b: NDArray
  public let filesA: [URL]
  public let filesB: [URL]

  public init(a: NDArray, b: NDArray, filesA: [URL] = [], filesB: [URL] = []) {
    self.a = a
    self.b = b
    self.filesA = filesA
    self.filesB = filesB
  }
}
