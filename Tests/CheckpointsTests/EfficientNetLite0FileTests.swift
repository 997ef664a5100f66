import Checkpoints
import Foundation
import Images
import Models
import Tensors
import TestSupport
import Testing

private let path = "weights/efficientnet-lite0/efficientnet-lite0-57934424.pth"

/// The published classifier, on the repository's photographs.
@Suite(.enabled(if: TestData.has(path), "\(TestData.isMissing), with \(path)"))
struct EfficientNetLite0FileTests {
  private let file = TestData.folder.appending(path: path)

  @Test func seesWhatPyTorchSees() throws {
    let network = try EfficientNetLite0(contentsOf: file)
    let expected = try TensorFile(contentsOf: Golden.url("efficientnet-lite0.expected.safetensors"))
    #expect(expected.names.count == 4)
    for name in expected.names {
      let photo = try Image(contentsOf: TestData.samples.appending(path: "\(name).png"))
      let side = 224
      let pixels = (0..<side).flatMap { row in
        let first = ((photo.height - side) / 2 + row) * photo.width + (photo.width - side) / 2
        return photo.pixels[3 * first..<3 * (first + side)].map { 2 * $0 - 1 }
      }
      let logits = withoutGradients { network(Tensor(NDArray(pixels, shape: [1, side, side, 3]))).value }
      let truth = try #require(expected.array(named: name))
      let error = zip(logits.scalars, truth.scalars).map { abs($0 - $1) }.max() ?? .infinity
      #expect(logits.shape == [1, 1000] && error < 1e-4, "\(name): \(error)")
    }
  }

  @Test func isNoGenerator() throws {
    let error = #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: file) }
    #expect(
      error?.problem.hasPrefix(
        "is EfficientNet-Lite0, a classifier whose encoder other networks can begin with; expected a generator: ")
        == true)
  }
}
