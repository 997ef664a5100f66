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
  var downsampling: ResNetGenerator.Downsampling?
  var residual: ResNetGenerator.Residual?
  var norm: Norm?
  var inputChannels: Int?
  var outputChannels: Int?
  var growth: Int?
  var convolutions: Int?
  var scale: Int?
  var upsamplings: Int?
  var superResolutionUpsampling: MSRResNet.Upsampling?
  var form: SRResNet.Variant?
  var spanForm: SPAN.Form?
  var base: SRVGGNet.Base?
  var side: Int?
  var places: [VGGFeatures.LayerName]?
  var depth: VGGFeatures.Depth?
  var pooling: VGGFeatures.Pooling?

  func makeNetwork() -> (network: any Layer, keys: [TensorKey]) {
    switch network {
    case "generator":
      var configuration = ResNetGenerator.Configuration()
      configuration.width = width
      configuration.blocks = blocks!
      configuration.upsampling = upsampling!
      configuration.downsampling = downsampling ?? .strided
      configuration.residual = residual ?? .plain
      configuration.norm = norm ?? .instance
      return (ResNetGenerator(configuration), ResNetGenerator.tensorKeys(for: configuration))
    case "patch":
      var configuration = PatchDiscriminator.Configuration()
      configuration.inputChannels = inputChannels ?? 3
      configuration.width = width
      configuration.layers = layers!
      configuration.norm = norm ?? .instance
      return (PatchDiscriminator(configuration), PatchDiscriminator.tensorKeys(for: configuration))
    case "pixel":
      var configuration = PixelDiscriminator.Configuration()
      configuration.width = width
      return (PixelDiscriminator(configuration), PixelDiscriminator.tensorKeys(for: configuration))
    case "rrdb":
      var configuration = RRDBNet.Configuration()
      configuration.inputChannels = inputChannels ?? 3
      configuration.outputChannels = outputChannels ?? 3
      configuration.width = width
      configuration.growth = growth!
      configuration.blocks = blocks!
      configuration.scale = scale!
      configuration.upsamplings = upsamplings ?? 2
      return (RRDBNet(configuration), RRDBNet.tensorKeys(for: configuration))
    case "srvgg":
      var configuration = SRVGGNet.Configuration()
      configuration.inputChannels = inputChannels!
      configuration.outputChannels = outputChannels!
      configuration.width = width
      configuration.convolutions = convolutions!
      configuration.scale = scale!
      configuration.base = base ?? .nearest
      return (SRVGGNet(configuration), SRVGGNet.tensorKeys(for: configuration))
    case "msrresnet":
      var configuration = MSRResNet.Configuration()
      configuration.inputChannels = inputChannels!
      configuration.outputChannels = outputChannels!
      configuration.width = width
      configuration.blocks = blocks!
      configuration.scale = scale!
      configuration.upsampling = superResolutionUpsampling!
      return (MSRResNet(configuration), MSRResNet.tensorKeys(for: configuration))
    case "span":
      var configuration = SPAN.Configuration()
      configuration.inputChannels = inputChannels!
      configuration.outputChannels = outputChannels!
      configuration.width = width
      configuration.blocks = blocks!
      configuration.scale = scale!
      configuration.normalizes = inputChannels == 3
      configuration.form = spanForm!
      return (SPAN(configuration), SPAN.tensorKeys(for: configuration))
    case "srresnet":
      var configuration = SRResNet.Configuration()
      configuration.width = width
      configuration.blocks = blocks!
      configuration.scale = scale!
      configuration.variant = form!
      return (SRResNet(configuration), SRResNet.tensorKeys(for: configuration))
    case "vggDiscriminator":
      var configuration = VGGDiscriminator.Configuration()
      configuration.width = width
      configuration.size = side!
      return (VGGDiscriminator(configuration), VGGDiscriminator.tensorKeys(for: configuration))
    case "unetDiscriminator":
      var configuration = UNetDiscriminator.Configuration()
      configuration.width = width
      return (UNetDiscriminator(configuration), UNetDiscriminator.tensorKeys(for: configuration))
    case "vgg":
      var configuration = VGGFeatures.Configuration()
      configuration.depth = depth!
      configuration.pooling = pooling ?? .maximum
      configuration.width = width
      configuration.weights = Dictionary(uniqueKeysWithValues: places!.map { ($0, 1) })
      return (VGGFeatures(configuration), VGGFeatures.tensorKeys(for: configuration))
    default: preconditionFailure("no such network: \(network)")
    }
  }
}

@Test(arguments: try GoldenFile("models").cases)
func networkFollowsPyTorch(_ golden: GoldenCase) throws {
  let (network, keys) = try golden.attributes(Attributes.self).makeNetwork()
  var state = GoldenCase.select(golden.arrays, under: "state.")
  // VGG's golden states also hold the layers after the last one whose features are taken; blurs' filters are no weights.
  if network is VGGFeatures || network is ResNetGenerator {
    state = state.filter { name, _ in keys.contains { $0.key == name } }
  }
  for key in keys { #expect(state[key.key]?.shape == key.shape, "\(key.key)") }
  try network.load(pyTorch: state, keys: keys)
  let input = Tensor(try golden.array("input"))
  let output = withoutGradients { network(input).value }
  expectClose(output, try golden.array("output"), tolerance: 2e-5, golden.name)
  if let network = network as? any UpscalingNetwork {
    let folded = withoutGradients { network.folded()(input).value }
    expectClose(folded, try golden.array("output"), tolerance: 2e-5, "\(golden.name) folded")
  }

  let features: [Tensor] =
    switch network {
    case let network as any FeatureDiscriminator: network.judged(input).features
    case let network as VGGFeatures: network.features(input)
    default: []
    }
  #expect(features.count == golden.arrays.keys.count { $0.hasPrefix("feature.") })
  for (index, feature) in features.enumerated() {
    expectClose(
      feature.value, try golden.array("feature.\(index)"), tolerance: 2e-5, "\(golden.name) feature \(index)")
  }
}
