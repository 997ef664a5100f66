import Checkpoints
import Foundation
import TestSupport
import Testing

/// Files that others trained and released. The expected sums were computed by PyTorch.
@Suite(.enabled(if: TestData.has("weights/srgan_leftthomas"), "\(TestData.isMissing)"))
struct ReleasedFilesTests {
  @Test(arguments: [
    ("netG_epoch_2_100.pth", 76, 587_659, 749_228.682779407, -0.0006351658375933766),
    ("netG_epoch_4_100.pth", 79, 735_372, 85049.10388013962, 0.0009543017367832363),
    ("netG_epoch_8_100.pth", 82, 883_085, 79377.93856632037, -0.005040585529059172),
  ])
  func readsLegacyFilesOfPyTorch(name: String, tensors: Int, values: Int, sum: Double, seventh: Double) throws {
    let file = try TensorFile(contentsOf: TestData.folder.appending(path: "weights/srgan_leftthomas/\(name)"))
    #expect(file.format == .pyTorchLegacy)
    #expect(file.names.count == tensors)
    #expect(Array(file.names.prefix(3)) == ["block1.0.weight", "block1.0.bias", "block1.1.weight"])
    #expect(file.tensors[0].shape == [64, 3, 9, 9])
    #expect(file.array(named: "block1.0.weight")?.scalars[7] == Float(seventh))
    let scalars = file.arrays().values.flatMap(\.scalars)
    #expect(scalars.count == values)
    let found = scalars.reduce(0.0) { $0 + Double(abs($1)) }
    #expect(abs(found - sum) < 1e-9 * sum)
  }
}
