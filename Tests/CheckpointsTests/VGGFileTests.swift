import Checkpoints
import Foundation
import Models
import Tensors
import Testing

@Suite struct VGGFileTests {
  private struct Case {
    let name: String, expected: String
    let depth: VGGFeatures.Depth, pooling: VGGFeatures.Pooling
    let places: [VGGFeatures.LayerName]
  }

  private static let cases = [
    Case(name: "vgg19", expected: "vgg19", depth: .vgg19, pooling: .maximum, places: [.conv22, .conv54]),
    Case(name: "vgg19-features", expected: "vgg19", depth: .vgg19, pooling: .maximum, places: [.conv22, .conv54]),
    Case(
      name: "vgg16", expected: "vgg16", depth: .vgg16, pooling: .maximum,
      places: [.conv12, .conv22, .conv33, .conv43, .conv53]),
    Case(
      name: "vgg16-antialiased", expected: "vgg16-antialiased", depth: .vgg16, pooling: .antialiased,
      places: [.conv12, .conv22, .conv33, .conv43, .conv53]),
  ]

  @Test(arguments: cases.indices)
  func seesWhatPyTorchSees(index: Int) throws {
    let golden = Self.cases[index]
    let network = try VGGFeatures(contentsOf: Golden.url("\(golden.name).pth"), layers: .realESRGAN)
    #expect(network.configuration.depth == golden.depth && network.configuration.pooling == golden.pooling)
    let expected = try TensorFile(contentsOf: Golden.url("\(golden.expected).expected.safetensors"))
    let image = Tensor(try #require(expected.array(named: "image"))).transposed([0, 2, 3, 1])
    let features = withoutGradients { network.features(image).map { $0.transposed([0, 3, 1, 2]).value } }
    let found = Dictionary(uniqueKeysWithValues: zip(network.layerNames, features))
    #expect(found.count == 5)
    for place in golden.places {
      let (feature, truth) = (try #require(found[place]), try #require(expected.array(named: place.rawValue)))
      #expect(feature.shape == truth.shape)
      let error = zip(feature.scalars, truth.scalars).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error < 1e-4, "\(golden.name) \(place.rawValue)")
    }
    #expect(try VGGFeatures(contentsOf: Golden.url("\(golden.name).pth")).layerNames == golden.places.suffix(1))
  }

  @Test func refusesOtherNetworks() {
    let other = #expect(throws: CheckpointError.self) { try VGGFeatures(contentsOf: Golden.url("classifier.pth")) }
    #expect(other?.problem.hasPrefix("is not VGG16 or VGG19: expected torchvision's file, with") == true)
  }

  @Test func refusesAFileThatLacksATensor() throws {
    try withTemporaryFolder { folder in
      let network = try VGGFeatures(contentsOf: Golden.url("vgg16-antialiased.pth"))
      let tensors = NamedTensor.all(of: network, keys: VGGFeatures.tensorKeys(for: network.configuration))
      let url = folder.appending(path: "x.safetensors")
      try Safetensors.write(tensors, to: url)
      #expect(try VGGFeatures(contentsOf: url).configuration == network.configuration)
      try Safetensors.write(tensors.filter { $0.name != "net.slice3.14.bias" }, to: url)
      #expect(throws: CheckpointError.self) { try VGGFeatures(contentsOf: url) }
    }
  }

  @Test func refusesWeightsThatAreNotNumbers() throws {
    try withTemporaryFolder { folder in
      let network = try VGGFeatures(contentsOf: Golden.url("vgg19.pth"))
      network.convolutions[3].weight.value = NDArray(
        repeating: .infinity, shape: network.convolutions[3].weight.value.shape)
      let url = folder.appending(path: "x.safetensors")
      let tensors = NamedTensor.all(of: network, keys: VGGFeatures.tensorKeys(for: network.configuration))
      try Safetensors.write(tensors, to: url)
      let error = #expect(throws: CheckpointError.self) { try VGGFeatures(contentsOf: url) }
      #expect(error?.problem.hasPrefix("tensor features.7.weight holds values that are not numbers") == true)
    }
  }
}
