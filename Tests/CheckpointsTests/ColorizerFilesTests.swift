import Checkpoints
import Foundation
import Layers
import Models
import Tensors
import TestSupport
import Testing

/// Files of colorizers as their authors' programs save them, and what PyTorch makes of them.
@Suite struct ColorizerFilesTests {
  private static let files: [(name: String, summary: String)] = [
    ("eccv16", "colorizer of Zhang et al. 2016, width 2, 11 colours"),
    ("siggraph17", "colorizer of Zhang et al. 2017, width 2"),
    ("deoldify-artistic", "DeOldify, deep, ResNet12, width 3"),
    ("deoldify-stable", "DeOldify, wide, ResNet17, width 1"),
    ("ddcolor", "DDColor, ConvNeXt of 1-1-2-1 blocks, width 3, 7 colour queries"),
  ]

  @Test(arguments: files) func colorizesAsPyTorchDoes(name: String, summary: String) throws {
    let model = try ModelFile(contentsOf: Golden.url("Colorizers/\(name).pth"))
    #expect(!model.isSelfDescribed)
    #expect(model.description.network.summary == summary)
    #expect(model.description.task == "colorization")
    try compare(model, with: TensorFile(contentsOf: Golden.url("Colorizers/\(name).expected.safetensors")))
  }

  private func compare(_ model: ModelFile, with expected: TensorFile, tolerance: Float = 2e-5) throws {
    let network = try model.generator()
    for index in 0..<2 {
      func compare(_ name: String, _ result: Tensor, unit: Float = 1) throws {
        let result = withoutGradients { result.transposed([0, 3, 1, 2]).value }
        let truth = try #require(expected.array(named: "\(name)\(index)"))
        #expect(result.shape == truth.shape)
        let error = zip(result.scalars, truth.scalars).map { abs($0 - $1) / unit }.max() ?? .infinity
        print("\(model.description.network.summary), \(name) \(truth.shape): largest difference \(error)")
        #expect(error < tolerance)
      }
      func input(_ name: String) -> Tensor? {
        expected.array(named: "\(name)\(index)").map { Tensor($0).transposed([0, 2, 3, 1]) }
      }
      try withoutGradients {
        try compare("chroma", network(#require(input("lightness"))))
        if let gray = input("image") {
          if let network = network as? DeOldify { try compare("result", network.colored(gray)) }
          if let network = network as? DDColor { try compare("result", network.colors(of: gray), unit: 110) }
        }
      }
    }
  }

  /// Networks of the published sizes, which `scripts/golden/colorizers.py --whole` makes. With random weights, DeOldify's
  /// attention is of sharp scores: float32 is up to 0.0002 from float64 in PyTorch, too.
  @Test(
    .enabled(if: TestData.has("colorizers"), "\(TestData.isMissing)"),
    arguments: ["eccv16", "siggraph17", "deoldify-artistic", "deoldify-stable", "ddcolor-tiny", "ddcolor-large"])
  func wholeNetworksColorizeAsPyTorchDoes(name: String) throws {
    let folder = TestData.folder.appending(path: "colorizers")
    try compare(
      ModelFile(contentsOf: folder.appending(path: "\(name).pth")),
      with: TensorFile(contentsOf: folder.appending(path: "\(name).expected.safetensors")), tolerance: 1e-3)
  }

  /// A batch's images do not see each other.
  @Test(arguments: files.map(\.name)) func imagesAreApart(name: String) throws {
    let network = try ModelFile(contentsOf: Golden.url("Colorizers/\(name).pth")).generator()
    let expected = try TensorFile(contentsOf: Golden.url("Colorizers/\(name).expected.safetensors"))
    let image = Tensor(try #require(expected.array(named: "lightness0"))).transposed([0, 2, 3, 1])
    withoutGradients {
      let other = image * -0.5
      let pair = network(concatenated([image, other], axis: 0)).value
      expectClose(pair, concatenated([network(image), network(other)], axis: 0).value, tolerance: 1e-5, name)
    }
  }

  /// Parameters learn, but for those of the few channels that are 0 everywhere in networks this small.
  @Test(arguments: files.map(\.name)) func parametersHaveGradients(name: String) throws {
    let network = try ModelFile(contentsOf: Golden.url("Colorizers/\(name).pth")).generator()
    let expected = try TensorFile(contentsOf: Golden.url("Colorizers/\(name).expected.safetensors"))
    let image = Tensor(try #require(expected.array(named: "lightness0"))).transposed([0, 2, 3, 1])
    let found = gradients(of: network(image).squared().sum(), withRespectTo: network.parameters)
    var unused = 0
    for ((path, _), gradient) in zip(network.namedParameters, found) {
      let values = gradient.value.scalars
      let isFinite = values.allSatisfy { $0.isFinite }
      #expect(isFinite, "\(path)")
      unused += values.contains { $0 != 0 } ? 0 : 1
    }
    #expect(unused * 10 < found.count)
  }

  /// Whatever shapes its tensors have, a file is read or refused in words.
  @Test(arguments: files.map(\.name)) func readsOrRefusesOddShapes(name: String) throws {
    let file = try TensorFile(contentsOf: Golden.url("Colorizers/\(name).pth"))
    let names = file.tensors.map { ($0.name.replacing(/weight_(orig|v)$/, with: "weight"), $0.shape) }
    let shapes = Dictionary(names) { first, _ in first }
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
