import Layers
import Models
import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var network: String
  var width: Int
  var blocks: Int?
  var layers: Int?
  var upsampling: ResNetGenerator.Upsampling?
  var norm: Norm?
  var inputChannels: Int?
  var outputChannels: Int?
  var growth: Int?
  var convolutions: Int?
  var scale: Int?
  var upsamplings: Int?
  var superResolutionUpsampling: MSRResNet.Upsampling?
  var form: SRResNet.Form?

  func makeNetwork() -> (network: any Layer, keys: [PyTorchKey]) {
    switch network {
    case "generator":
      var configuration = ResNetGenerator.Configuration()
      configuration.width = width
      configuration.blocks = blocks!
      configuration.upsampling = upsampling!
      configuration.norm = norm ?? .instance
      return (ResNetGenerator(configuration), ResNetGenerator.pyTorchKeys(for: configuration))
    case "patch":
      var configuration = PatchDiscriminator.Configuration()
      configuration.inputChannels = inputChannels ?? 3
      configuration.width = width
      configuration.layers = layers!
      configuration.norm = norm ?? .instance
      return (PatchDiscriminator(configuration), PatchDiscriminator.pyTorchKeys(for: configuration))
    case "pixel":
      var configuration = PixelDiscriminator.Configuration()
      configuration.width = width
      return (PixelDiscriminator(configuration), PixelDiscriminator.pyTorchKeys(for: configuration))
    case "rrdb":
      var configuration = RRDBNet.Configuration()
      configuration.inputChannels = inputChannels ?? 3
      configuration.outputChannels = outputChannels ?? 3
      configuration.width = width
      configuration.growth = growth!
      configuration.blocks = blocks!
      configuration.scale = scale!
      configuration.upsamplings = upsamplings ?? 2
      return (RRDBNet(configuration), RRDBNet.pyTorchKeys(for: configuration))
    case "srvgg":
      var configuration = SRVGGNet.Configuration()
      configuration.inputChannels = inputChannels!
      configuration.outputChannels = outputChannels!
      configuration.width = width
      configuration.convolutions = convolutions!
      configuration.scale = scale!
      return (SRVGGNet(configuration), SRVGGNet.pyTorchKeys(for: configuration))
    case "msrresnet":
      var configuration = MSRResNet.Configuration()
      configuration.inputChannels = inputChannels!
      configuration.outputChannels = outputChannels!
      configuration.width = width
      configuration.blocks = blocks!
      configuration.scale = scale!
      configuration.upsampling = superResolutionUpsampling!
      return (MSRResNet(configuration), MSRResNet.pyTorchKeys(for: configuration))
    case "srresnet":
      var configuration = SRResNet.Configuration()
      configuration.width = width
      configuration.blocks = blocks!
      configuration.scale = scale!
      configuration.form = form!
      return (SRResNet(configuration), SRResNet.pyTorchKeys(for: configuration))
    default: preconditionFailure("no such network: \(network)")
    }
  }
}

@Test(arguments: try GoldenFile("models").cases)
func networkFollowsPyTorch(_ golden: GoldenCase) throws {
  let (network, keys) = try golden.attributes(Attributes.self).makeNetwork()
  let state = GoldenCase.select(golden.arrays, under: "state.")
  for key in keys { #expect(state[key.key]?.shape == key.shape, "\(key.key)") }
  try network.load(pyTorch: state, keys: keys)
  let input = Tensor(try golden.array("input"))
  let output = withoutGradients { network(input).value }
  expectClose(output, try golden.array("output"), tolerance: 2e-5, golden.name)
}
