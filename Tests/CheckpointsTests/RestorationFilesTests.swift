import Checkpoints
import Models
import Tensors
import Testing

/// Files of networks to enlarge and restore images with, which are recognised by their tensors and give PyTorch's results.
@Suite struct RestorationFilesTests {
  static let files: [(name: String, summary: String)] = [
    ("realplksr-x4", "RealPLKSR x4, 2 blocks, width 8, kernels of 5 on 2 channels, group norm, 3 to 3 channels"),
    ("realplksr-x1", "RealPLKSR x1, 1 block, width 8, kernels of 7 on 4 channels, group norm, 3 to 3 channels"),
    ("realplksr-layer-x2", "RealPLKSR x2, 2 blocks, width 6, kernels of 17 on 3 channels, layer norm, 3 to 3 channels"),
    (
      "realplksr-plain-x3",
      "RealPLKSR x3, 1 block, width 4, kernels of 3 on 4 channels, group norm, 3 to 3 channels, without attention"
    ),
    (
      "swinir-x4",
      "SwinIR x4, 2 groups of 1 or 2 blocks, width 12, windows of 4, stepwise upsampling, 3 to 3 channels"
    ),
    ("swinir-x3", "SwinIR x3, 1 group of 2 blocks, width 8, windows of 2, stepwise upsampling, 3 to 3 channels"),
    ("swinir-direct-x2", "SwinIR x2, 1 group of 2 blocks, width 10, windows of 6, direct upsampling, 3 to 3 channels"),
    (
      "swinir-nearest-x4",
      "SwinIR x4, 1 group of 2 blocks, width 8, windows of 4, nearest upsampling, 3 to 3 channels, bottlenecks"
    ),
    (
      "hat-x2",
      "HAT x2, 2 groups of 1 or 2 blocks, width 12, windows of 4 in 6, 4 channels beside attention, 3 to 3 channels"
    ),
    ("hat-x3", "HAT x3, 1 group of 1 block, width 8, windows of 4 in 8, 2 channels beside attention, 3 to 3 channels"),
    ("dat-x2", "DAT x2, 2 groups of 1 or 2 blocks, width 32, windows of 2x4, stepwise upsampling, 3 to 3 channels"),
    (
      "dat-light-x3",
      "DAT x3, 1 group of 3 blocks, width 32, windows of 2x4, direct upsampling, 3 to 3 channels, bottlenecks"
    ),
    (
      "srformer-x2",
      "SRFormer x2, 2 groups of 1 or 2 blocks, width 12, windows of 4, direct upsampling, 3 to 3 channels"
    ),
    ("srformer-odd-x1", "SRFormer x1, 1 group of 2 blocks, width 8, windows of 6, no upsampling, 1 to 1 channels"),
    ("omnisr-x2", "Omni-SR x2, 2 groups of 1 block, width 8, windows of 4, 3 to 3 channels"),
    ("omnisr-plain-x3", "Omni-SR x3, 1 group of 2 blocks, width 4, windows of 4, 3 to 3 channels"),
    ("swinir-gray-x1", "SwinIR x1, 2 groups of 1 or 2 blocks, width 8, windows of 4, no upsampling, 1 to 1 channels"),
    ("swinir-jpeg-x1", "SwinIR x1, 1 group of 1 block, width 6, windows of 7, no upsampling, 3 to 3 channels"),
  ]

  @Test(arguments: files) func upscalesAsPyTorchDoes(name: String, summary: String) throws {
    let model = try ModelFile(contentsOf: Golden.url("Restoration/\(name).pth"))
    #expect(!model.isSelfDescribed)
    #expect(model.description.network.summary == summary)
    #expect(model.description.task == "super-resolution")
    let network = try model.upscaler()
    let expected = try TensorFile(contentsOf: Golden.url("Restoration/\(name).expected.safetensors"))
    for index in 0..<2 {
      let image = Tensor(try #require(expected.array(named: "image\(index)"))).transposed([0, 2, 3, 1])
      let result = withoutGradients { network(image).transposed([0, 3, 1, 2]).value }
      let truth = try #require(expected.array(named: "result\(index)"))
      #expect(result.shape == truth.shape)
      let error = zip(result.scalars, truth.scalars).map { abs($0 - $1) }.max() ?? .infinity
      print("\(name) \(image.shape): largest difference \(error)")
      #expect(error < 1e-4)
    }
  }

  /// Whatever shapes its tensors have, a file is read or refused in words.
  @Test(arguments: files.map(\.name)) func readsOrRefusesOddShapes(name: String) throws {
    let file = try TensorFile(contentsOf: Golden.url("Restoration/\(name).pth"))
    let shapes = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0.shape) })
    let odd: [Shape?] = [nil, [], [0], [1, 1], [0, 0, 0, 0], [2, 3, 3, 3], [1 << 30, 1 << 30]]
    for (index, tensor) in shapes.keys.sorted().enumerated() {
      for shape in [odd[index % odd.count], odd[(index / 2 + 3) % odd.count]] {
        var changed = shapes
        changed[tensor] = shape
        let found = TensorShapes(changed)
        for network in Networks.generators {
          _ = NetworkDescription.recognized(network, in: found).map {
            ($0.network.summary, $0.network.problem, $0.keys)
          }
          _ = network.difference(in: found)
        }
      }
    }
  }
}
