import Checkpoints
import Foundation
import Models
import Tensors
import TestSupport
import Testing

@Suite struct FeatureNetworkFileTests {
  /// With the tensors of a classifier that is not used.
  private static func write(_ form: InceptionV3.Form, to url: URL, besides left: String? = nil) throws -> InceptionV3 {
    var configuration = InceptionV3.Configuration()
    (configuration.form, configuration.classes) = (form, form == .fid ? 1008 : 1000)
    let network = InceptionV3(configuration)
    let keys = InceptionV3.tensorKeys(for: configuration)
    try WeightFormula.fill(network, keys: keys)
    var tensors = NamedTensor.all(of: network, keys: keys).filter { $0.name != left }
    if form == .torchvision {
      tensors.append(NamedTensor("AuxLogits.fc.weight", NDArray(repeating: 0, shape: [1000, 768])))
    }
    try Safetensors.write(tensors, to: url)
    return network
  }

  @Test(arguments: InceptionV3.Form.allCases) func inceptionIsReadBackInItsForm(form: InceptionV3.Form) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "inception.safetensors")
      let network = try Self.write(form, to: url)
      let copy = try #require(try Networks.featureNetwork(contentsOf: url) as? InceptionV3)
      #expect(copy.configuration == network.configuration)
      #expect(copy.parameters.map(\.value) == network.parameters.map(\.value))
      #expect(copy.namedStatistics.map(\.statistic.value) == network.namedStatistics.map(\.statistic.value))
      let text = try ModelInspection(contentsOf: url).text()
      #expect(text.contains("  network  \(InceptionV3.summary(of: network.configuration))\n"), "\(text)")
    }
  }

  @Test func aFileThatLacksATensorIsRefused() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "inception.safetensors")
      _ = try Self.write(.fid, to: url, besides: "Mixed_6c.branch7x7_2.bn.running_mean")
      let error = #expect(throws: CheckpointError.self) { try Networks.featureNetwork(contentsOf: url) }
      #expect(error?.problem == "is not InceptionV3: Mixed_6c.branch7x7_2.bn.running_mean [160] is missing")
    }
  }

  @Test func vggIsReadForItsPooledFeatures() throws {
    for name in ["vgg19", "vgg16", "vgg16-antialiased"] {
      let network = try #require(
        try Networks.featureNetwork(contentsOf: Golden.url("\(name).pth")) as? VGGFeatures)
      #expect(
        network.layerNames == (name == "vgg19" ? [.conv34, .conv44, .conv54] : [.conv33, .conv43, .conv53]), "\(name)")
    }
  }

  @Test func otherNetworksAreRefused() {
    let error = #expect(throws: CheckpointError.self) {
      try Networks.featureNetwork(contentsOf: Golden.url("unet.pth"))
    }
    #expect(
      error?.problem
        == "holds no network by whose features images can be compared: expected the whole file of "
        + "EfficientNet-Lite0, InceptionV3, VGG16 and VGG19, convolutional classifier or fully connected classifier, as "
        + "torchvision, pytorch-fid, stlpips-pytorch, EfficientNet-PyTorch or Guise save it"
    )
  }
}
