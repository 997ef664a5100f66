import Checkpoints
import Foundation
import Models
import Tensors
import Testing

@Suite struct VGG19FileTests {
  private static var configuration: VGG19Features.Configuration {
    var configuration = VGG19Features.Configuration()
    configuration.width = 1
    configuration.weights = [.conv22: 0.1, .conv54: 1]
    return configuration
  }

  @Test(arguments: ["vgg19.pth", "vgg19-features.pth"])
  func seesWhatPyTorchSees(name: String) throws {
    let network = try VGG19Features(contentsOf: Golden.url(name), Self.configuration)
    let expected = try TensorFile(contentsOf: Golden.url("vgg19.expected.safetensors"))
    let image = Tensor(try #require(expected.array(named: "image"))).transposed([0, 2, 3, 1])
    let features = withoutGradients { network.features(image).map { $0.transposed([0, 3, 1, 2]).value } }
    #expect(network.layerNames.map(\.rawValue) == ["conv2_2", "conv5_4"])
    for (place, found) in zip(network.layerNames, features) {
      let truth = try #require(expected.array(named: place.rawValue))
      #expect(found.shape == truth.shape)
      let error = zip(found.scalars, truth.scalars).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error < 1e-4)
    }
  }

  @Test func refusesOtherNetworks() {
    let narrow = #expect(throws: CheckpointError.self) { try VGG19Features(contentsOf: Golden.url("vgg19.pth")) }
    #expect(
      narrow?.problem
        == "is not torchvision's VGG19: features.0.weight is [1, 3, 3, 3], expected [64, 3, 3, 3]")
    let other = #expect(throws: CheckpointError.self) { try VGG19Features(contentsOf: Golden.url("classifier.pth")) }
    #expect(
      other?.problem == "is not torchvision's VGG19: it has no features.0.weight, expected [64, 3, 3, 3]")
  }

  @Test func refusesWeightsThatAreNotNumbers() throws {
    try withTemporaryFolder { folder in
      let network = try VGG19Features(contentsOf: Golden.url("vgg19.pth"), Self.configuration)
      network.convolutions[3].weight.value = NDArray(
        repeating: .infinity, shape: network.convolutions[3].weight.value.shape)
      let url = folder.appending(path: "x.safetensors")
      let tensors = NamedTensor.all(of: network, keys: VGG19Features.tensorKeys(for: Self.configuration))
      try Safetensors.write(tensors, to: url)
      let error = #expect(throws: CheckpointError.self) { try VGG19Features(contentsOf: url, Self.configuration) }
      #expect(error?.problem.hasPrefix("tensor features.7.weight holds values that are not numbers") == true)
    }
  }
}
