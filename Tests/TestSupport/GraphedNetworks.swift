import Layers
import Models
import Tensors

/// Small networks of each kind that can be written as a graph, in all their forms, with random weights and statistics.
public enum GraphedNetworks {
  public static let all: [String] = networks.map(\.name)
  public static let withAttention: [String] = attentive.map(\.name)

  public static func network(_ name: String) -> any GeneratorNetwork {
    guard let network = networks.first(where: { $0.name == name }) else { preconditionFailure("there is no \(name)") }
    return network.make()
  }

  typealias Listed = (name: String, make: @Sendable () -> any GeneratorNetwork)

  private static let networks = convolutional + attentive

  private static let convolutional: [Listed] =
    [
      ("resnet", { made(ResNetGenerator.self) { ($0.width, $0.blocks) = (4, 2) } }),
      (
        "resnet-batch-resize",
        {
          made(ResNetGenerator.self) {
            ($0.width, $0.blocks, $0.norm, $0.upsampling) = (4, 1, .batch, .resizeConvolution)
          }
        }
      ),
      (
        "resnet-separable",
        {
          made(ResNetGenerator.self) {
            ($0.width, $0.blocks, $0.residual, $0.norm) = (4, 1, .separable, .affineInstance)
          }
        }
      ),
      (
        "resnet-antialiased",
        {
          made(ResNetGenerator.self) {
            ($0.width, $0.blocks, $0.downsampling, $0.upsampling) = (4, 1, .antialiased, .antialiased)
          }
        }
      ),
      ("unet", { made(UNetGenerator.self) { ($0.width, $0.downsamplings) = (4, 3) } }),
      ("unet-instance", { made(UNetGenerator.self) { ($0.width, $0.downsamplings, $0.norm) = (4, 2, .instance) } }),
      ("encoderUNet", { made(EncoderUNet.self) { _ in } }),
      ("colorBins", { made(ColorBinNetwork.self) { _ in } }),
      ("eccv16", { made(ECCV16.self) { ($0.width, $0.bins) = (2, 5) } }),
      ("siggraph17", { made(SIGGRAPH17.self) { $0.width = 2 } }),
      ("srresnet", { made(SRResNet.self) { ($0.width, $0.blocks) = (4, 2) } }),
      (
        "srresnet-bounded",
        { made(SRResNet.self) { ($0.width, $0.blocks, $0.variant, $0.scale) = (4, 1, .bounded, 2) } }
      ),
      (
        "srresnet-other",
        {
          made(SRResNet.self) {
            var parts = SRResNet.Parts()
            (parts.norm, parts.rectifier, parts.edgeKernel, parts.hasTanh) = (.affineInstance, .leaky, 5, true)
            (parts.input, parts.output, parts.hasUpsamplingNorms) = (.imageNet, .signed, true)
            ($0.width, $0.blocks, $0.scale, $0.otherParts) = (4, 1, 3, parts)
          }
        }
      ),
      ("msrresnet", { made(MSRResNet.self) { ($0.width, $0.blocks) = (4, 2) } }),
      ("rrdb", { made(RRDBNet.self) { ($0.width, $0.growth, $0.blocks) = (4, 2, 1) } }),
      (
        "rrdb-unshuffled",
        { made(RRDBNet.self) { ($0.width, $0.growth, $0.blocks, $0.scale, $0.upsamplings) = (4, 2, 1, 2, 2) } }
      ),
      ("rrdb-residual", { made(RRDBNet.self) { ($0.width, $0.growth, $0.blocks, $0.dense) = (4, 2, 1, .residual) } }),
      ("srvgg", { made(SRVGGNet.self) { ($0.width, $0.convolutions) = (4, 2) } }),
      ("span", { made(SPAN.self) { ($0.width, $0.blocks, $0.scale, $0.form) = (4, 2, 2, .folded) } }),
      (
        "span-plain",
        { made(SPAN.self) { ($0.width, $0.blocks, $0.scale, $0.form, $0.normalizes) = (4, 2, 3, .folded, false) } }
      ),
      (
        "realplksr",
        { made(RealPLKSR.self) { ($0.width, $0.blocks, $0.kernel, $0.largeChannels, $0.scale) = (8, 2, 5, 4, 2) } }
      ),
      (
        "realplksr-layer",
        {
          made(RealPLKSR.self) {
            ($0.width, $0.blocks, $0.kernel, $0.largeChannels, $0.scale) = (8, 1, 5, 8, 1)
            ($0.norm, $0.attends) = (.layer, false)
          }
        }
      ),
    ]

  static func made<N: GeneratorNetwork>(
    _ type: N.Type, _ change: (inout N.Configuration) -> Void
  ) -> N {
    var configuration = N.Configuration()
    change(&configuration)
    let network = N(configuration)
    Initializer.kaiming(scale: 1).initialize(network, seed: 1, purpose: "test")
    let random = Random(seed: 2, purpose: "test")
    // Biases and the like begin as 0 or 1, which would hide that one is missing.
    for (index, parameter) in network.parameters.enumerated() where parameter.shape.rank == 1 {
      parameter.value = parameter.value.varied(by: 0.2, random, index)
    }
    for (index, statistic) in network.namedStatistics.enumerated() where statistic.name != "unnormalized" {
      statistic.statistic.value = statistic.statistic.value.varied(by: 0.2, random, 1000 + index)
    }
    return network
  }
}

extension NDArray {
  fileprivate func varied(by amount: Float, _ random: Random, _ index: Int) -> NDArray {
    let values = scalars.enumerated().map { place, value in
      value + amount * (2 * random.uniform(at: index * 100_000 + place) - 1)
    }
    return NDArray(values, shape: shape)
  }
}
