import Layers
import Models
import Tensors
import Testing

/// Pins the names and shapes of parameters, which files depend on: a container that the walk over a layer's properties
/// did not enter would be skipped silently.
@Suite struct ParameterNamesTests {
  private func list(_ network: any Layer) -> [String] {
    network.namedParameters.map { "\($0.name) \($0.parameter.value.shape)" }
  }

  @Test func residualGenerator() {
    var configuration = ResNetGenerator.Configuration()
    configuration.width = 8
    configuration.blocks = 1
    #expect(
      list(ResNetGenerator(configuration)) == [
        "stem.convolution.weight [7, 7, 3, 8]", "stem.convolution.bias [8]",
        "downsampling.0.convolution.weight [3, 3, 8, 16]", "downsampling.0.convolution.bias [16]",
        "downsampling.1.convolution.weight [3, 3, 16, 32]", "downsampling.1.convolution.bias [32]",
        "residual.0.first.convolution.weight [3, 3, 32, 32]", "residual.0.first.convolution.bias [32]",
        "residual.0.second.convolution.weight [3, 3, 32, 32]", "residual.0.second.convolution.bias [32]",
        "upsampling.0.transposed.weight [3, 3, 16, 32]", "upsampling.0.transposed.bias [16]",
        "upsampling.1.transposed.weight [3, 3, 8, 16]", "upsampling.1.transposed.bias [8]",
        "head.weight [7, 7, 8, 3]", "head.bias [3]",
      ])
    configuration.upsampling = .resizeConvolution
    #expect(
      list(ResNetGenerator(configuration))[10..<14] == [
        "upsampling.0.convolution.weight [3, 3, 32, 16]", "upsampling.0.convolution.bias [16]",
        "upsampling.1.convolution.weight [3, 3, 16, 8]", "upsampling.1.convolution.bias [8]",
      ])
    configuration.residual = .separable
    #expect(
      list(ResNetGenerator(configuration))[6..<14] == [
        "residual.0.first.depthwise.weight [3, 3, 1, 32]", "residual.0.first.depthwise.bias [32]",
        "residual.0.first.pointwise.weight [1, 1, 32, 32]", "residual.0.first.pointwise.bias [32]",
        "residual.0.second.depthwise.weight [3, 3, 1, 32]", "residual.0.second.depthwise.bias [32]",
        "residual.0.second.pointwise.weight [1, 1, 32, 32]", "residual.0.second.pointwise.bias [32]",
      ])
    // Blurs have no parameters.
    let names = list(ResNetGenerator(configuration))
    (configuration.downsampling, configuration.upsampling) = (.antialiased, .antialiased)
    #expect(list(ResNetGenerator(configuration)) == names)
  }

  @Test func residualGeneratorWithBatchNorm() {
    var configuration = ResNetGenerator.Configuration()
    configuration.width = 4
    configuration.blocks = 0
    configuration.norm = .batch
    let network = ResNetGenerator(configuration)
    #expect(
      list(network) == [
        "stem.convolution.weight [7, 7, 3, 4]", "stem.norm.scale [4]", "stem.norm.shift [4]",
        "downsampling.0.convolution.weight [3, 3, 4, 8]", "downsampling.0.norm.scale [8]",
        "downsampling.0.norm.shift [8]",
        "downsampling.1.convolution.weight [3, 3, 8, 16]", "downsampling.1.norm.scale [16]",
        "downsampling.1.norm.shift [16]",
        "upsampling.0.transposed.weight [3, 3, 8, 16]", "upsampling.0.norm.scale [8]", "upsampling.0.norm.shift [8]",
        "upsampling.1.transposed.weight [3, 3, 4, 8]", "upsampling.1.norm.scale [4]", "upsampling.1.norm.shift [4]",
        "head.weight [7, 7, 4, 3]", "head.bias [3]",
      ])
    #expect(
      network.namedStatistics.map(\.name) == [
        "stem.norm.runningMean", "stem.norm.runningVariance",
        "downsampling.0.norm.runningMean", "downsampling.0.norm.runningVariance",
        "downsampling.1.norm.runningMean", "downsampling.1.norm.runningVariance",
        "upsampling.0.norm.runningMean", "upsampling.0.norm.runningVariance",
        "upsampling.1.norm.runningMean", "upsampling.1.norm.runningVariance",
      ])
  }

  @Test func uNetGenerator() {
    var configuration = UNetGenerator.Configuration()
    (configuration.width, configuration.downsamplings) = (4, 3)
    (configuration.norm, configuration.inputChannels, configuration.outputChannels) = (.instance, 1, 2)
    #expect(
      list(UNetGenerator(configuration)) == [
        "encoder.0.convolution.weight [4, 4, 1, 4]", "encoder.0.convolution.bias [4]",
        "encoder.1.convolution.weight [4, 4, 4, 8]", "encoder.1.convolution.bias [8]",
        "encoder.2.convolution.weight [4, 4, 8, 16]", "encoder.2.convolution.bias [16]",
        "decoder.0.transposed.weight [4, 4, 2, 8]", "decoder.0.transposed.bias [2]",
        "decoder.1.transposed.weight [4, 4, 4, 16]", "decoder.1.transposed.bias [4]",
        "decoder.2.transposed.weight [4, 4, 8, 16]", "decoder.2.transposed.bias [8]",
      ])
    configuration.norm = .batch
    configuration.downsamplings = 6
    configuration.dropout = true
    let network = UNetGenerator(configuration)
    #expect(
      list(network).prefix(7) == [
        "encoder.0.convolution.weight [4, 4, 1, 4]",
        "encoder.1.convolution.weight [4, 4, 4, 8]", "encoder.1.norm.scale [8]", "encoder.1.norm.shift [8]",
        "encoder.2.convolution.weight [4, 4, 8, 16]", "encoder.2.norm.scale [16]", "encoder.2.norm.shift [16]",
      ])
    #expect(
      list(network).suffix(9) == [
        "decoder.3.transposed.weight [4, 4, 16, 64]", "decoder.3.norm.scale [16]", "decoder.3.norm.shift [16]",
        "decoder.4.transposed.weight [4, 4, 32, 64]", "decoder.4.norm.scale [32]", "decoder.4.norm.shift [32]",
        "decoder.5.transposed.weight [4, 4, 32, 32]", "decoder.5.norm.scale [32]", "decoder.5.norm.shift [32]",
      ])
    #expect(
      network.namedStatistics.map(\.name)
        == [(1...4, "encoder"), (1...5, "decoder")].flatMap { steps, side in
          steps.flatMap { ["\(side).\($0).norm.runningMean", "\(side).\($0).norm.runningVariance"] }
        })
    let keys = UNetGenerator.tensorKeys(for: configuration)
    let third = "model.model.1.model.3.model"
    #expect(
      keys.filter { $0.path.hasPrefix("encoder.2.") || $0.path.hasPrefix("decoder.2.") }.map(\.key)
        == [["1.weight"], statistics(2), ["5.weight"], statistics(6)].flatMap { $0 }.map { "\(third).\($0)" })
    let innermost = "model.model.1.model.3.model.3.model.3.model.3.model"
    #expect(
      keys.suffix(6).map(\.key) == (["1.weight", "3.weight"] + statistics(4)).map { "\(innermost).\($0)" })
    #expect(keys.prefix(3).map(\.key) == ["model.model.0.weight", "model.model.3.weight", "model.model.3.bias"])
  }

  private func statistics(_ module: Int) -> [String] {
    ["weight", "bias", "running_mean", "running_var"].map { "\(module).\($0)" }
  }

  @Test func patchDiscriminator() {
    var configuration = PatchDiscriminator.Configuration()
    configuration.width = 8
    #expect(
      list(PatchDiscriminator(configuration)) == [
        "first.weight [4, 4, 3, 8]", "first.bias [8]",
        "middle.0.convolution.weight [4, 4, 8, 16]", "middle.0.convolution.bias [16]",
        "middle.1.convolution.weight [4, 4, 16, 32]", "middle.1.convolution.bias [32]",
        "middle.2.convolution.weight [4, 4, 32, 64]", "middle.2.convolution.bias [64]",
        "last.weight [4, 4, 64, 1]", "last.bias [1]",
      ])
  }

  @Test func pixelDiscriminator() {
    #expect(
      list(PixelDiscriminator()) == [
        "first.weight [1, 1, 3, 64]", "first.bias [64]",
        "middle.convolution.weight [1, 1, 64, 128]", "middle.convolution.bias [128]",
        "last.weight [1, 1, 128, 1]", "last.bias [1]",
      ])
  }

  @Test func residualInResidualDenseNetwork() {
    var configuration = RRDBNet.Configuration()
    configuration.width = 8
    configuration.growth = 2
    configuration.blocks = 2
    let dense = (0..<2).flatMap { block in
      (0..<3).flatMap { dense in
        [(8, 2), (10, 2), (12, 2), (14, 2), (16, 8)].enumerated().flatMap { index, channels in
          let path = "blocks.\(block).dense.\(dense).convolutions.\(index)"
          return ["\(path).weight [3, 3, \(channels.0), \(channels.1)]", "\(path).bias [\(channels.1)]"]
        }
      }
    }
    #expect(
      list(RRDBNet(configuration)) == ["first.weight [3, 3, 3, 8]", "first.bias [8]"] + dense + [
        "trunk.weight [3, 3, 8, 8]", "trunk.bias [8]",
        "upsampling.0.weight [3, 3, 8, 8]", "upsampling.0.bias [8]",
        "upsampling.1.weight [3, 3, 8, 8]", "upsampling.1.bias [8]",
        "refinement.weight [3, 3, 8, 8]", "refinement.bias [8]",
        "last.weight [3, 3, 8, 3]", "last.bias [3]",
      ])
    configuration.scale = 2
    #expect(list(RRDBNet(configuration))[0] == "first.weight [3, 3, 12, 8]")
    configuration.scale = 1
    #expect(list(RRDBNet(configuration))[0] == "first.weight [3, 3, 48, 8]")
  }

  @Test func compactNetwork() {
    var configuration = SRVGGNet.Configuration()
    configuration.width = 8
    configuration.convolutions = 2
    configuration.scale = 2
    #expect(
      list(SRVGGNet(configuration)) == [
        "first.convolution.weight [3, 3, 3, 8]", "first.convolution.bias [8]", "first.rectifier.slope [8]",
        "middle.0.convolution.weight [3, 3, 8, 8]", "middle.0.convolution.bias [8]", "middle.0.rectifier.slope [8]",
        "middle.1.convolution.weight [3, 3, 8, 8]", "middle.1.convolution.bias [8]", "middle.1.rectifier.slope [8]",
        "last.weight [3, 3, 8, 12]", "last.bias [12]",
      ])
  }

  @Test func superResolutionResidualNetworkWithoutNorms() {
    var configuration = MSRResNet.Configuration()
    configuration.width = 8
    configuration.blocks = 1
    let trunk = [
      "first.weight [3, 3, 3, 8]", "first.bias [8]",
      "blocks.0.first.weight [3, 3, 8, 8]", "blocks.0.first.bias [8]",
      "blocks.0.second.weight [3, 3, 8, 8]", "blocks.0.second.bias [8]",
    ]
    #expect(
      list(MSRResNet(configuration)) == trunk + [
        "upsampling.0.weight [3, 3, 8, 32]", "upsampling.0.bias [32]",
        "upsampling.1.weight [3, 3, 8, 32]", "upsampling.1.bias [32]",
        "refinement.weight [3, 3, 8, 8]", "refinement.bias [8]",
        "last.weight [3, 3, 8, 3]", "last.bias [3]",
      ])
    configuration.upsampling = .direct
    #expect(list(MSRResNet(configuration)) == trunk + ["last.weight [3, 3, 8, 48]", "last.bias [48]"])
  }

  @Test func attentionNetwork() {
    var configuration = SPAN.Configuration()
    (configuration.width, configuration.blocks, configuration.scale) = (8, 1, 2)
    func branches(_ name: String, _ inputs: Int) -> [String] {
      [
        "\(name).skip.weight [1, 1, \(inputs), 8]", "\(name).skip.bias [8]",
        "\(name).expansion.weight [1, 1, \(inputs), \(2 * inputs)]", "\(name).expansion.bias [\(2 * inputs)]",
        "\(name).spatial.weight [3, 3, \(2 * inputs), 16]", "\(name).spatial.bias [16]",
        "\(name).contraction.weight [1, 1, 16, 8]", "\(name).contraction.bias [8]",
      ]
    }
    let ends = [
      "fusion.weight [1, 1, 32, 8]", "fusion.bias [8]", "upsampling.weight [3, 3, 8, 12]", "upsampling.bias [12]",
    ]
    let names = ["first", "blocks.0.first", "blocks.0.second", "blocks.0.third", "deep"]
    #expect(list(SPAN(configuration)) == names.flatMap { branches($0, $0 == "first" ? 3 : 8) } + ends)
    configuration.form = .folded
    #expect(
      list(SPAN(configuration))
        == names.flatMap { ["\($0).weight [3, 3, \($0 == "first" ? 3 : 8), 8]", "\($0).bias [8]"] } + ends)
    configuration.normalizes = false
    #expect(SPAN(configuration).namedStatistics.map(\.name) == ["unnormalized"])
  }

  @Test func superResolutionResidualNetwork() {
    var configuration = SRResNet.Configuration()
    configuration.width = 8
    configuration.blocks = 1
    configuration.scale = 3
    let network = SRResNet(configuration)
    #expect(
      list(network) == [
        "first.weight [9, 9, 3, 8]", "first.bias [8]", "firstRectifier.slope [1]",
        "blocks.0.first.weight [3, 3, 8, 8]", "blocks.0.firstNorm.scale [8]", "blocks.0.firstNorm.shift [8]",
        "blocks.0.rectifier.slope [1]",
        "blocks.0.second.weight [3, 3, 8, 8]", "blocks.0.secondNorm.scale [8]", "blocks.0.secondNorm.shift [8]",
        "trunk.weight [3, 3, 8, 8]", "trunkNorm.scale [8]", "trunkNorm.shift [8]",
        "upsampling.0.convolution.weight [3, 3, 8, 72]", "upsampling.0.convolution.bias [72]",
        "upsampling.0.rectifier.slope [1]",
        "last.weight [9, 9, 8, 3]", "last.bias [3]",
      ])
    #expect(
      network.namedStatistics.map(\.name) == [
        "blocks.0.firstNorm.runningMean", "blocks.0.firstNorm.runningVariance",
        "blocks.0.secondNorm.runningMean", "blocks.0.secondNorm.runningVariance",
        "trunkNorm.runningMean", "trunkNorm.runningVariance",
      ])
    configuration.variant = .bounded
    #expect(
      list(SRResNet(configuration))[3..<14] == [
        "blocks.0.first.weight [3, 3, 8, 8]", "blocks.0.first.bias [8]",
        "blocks.0.firstNorm.scale [8]", "blocks.0.firstNorm.shift [8]", "blocks.0.rectifier.slope [1]",
        "blocks.0.second.weight [3, 3, 8, 8]", "blocks.0.second.bias [8]",
        "blocks.0.secondNorm.scale [8]", "blocks.0.secondNorm.shift [8]",
        "trunk.weight [3, 3, 8, 8]", "trunk.bias [8]",
      ])
  }

  @Test func vggStyleDiscriminator() {
    var configuration = VGGDiscriminator.Configuration()
    configuration.width = 4
    configuration.size = 96
    let network = VGGDiscriminator(configuration)
    let channels = [(4, 4, 4), (4, 8, 3), (8, 8, 4), (8, 16, 3), (16, 16, 4), (16, 32, 3), (32, 32, 4), (32, 32, 3)]
    let blocks = (channels + [(32, 32, 4)]).enumerated().flatMap { index, block in
      [
        "blocks.\(index).convolution.weight [\(block.2), \(block.2), \(block.0), \(block.1)]",
        "blocks.\(index).norm.scale [\(block.1)]", "blocks.\(index).norm.shift [\(block.1)]",
      ]
    }
    #expect(
      list(network) == ["first.weight [3, 3, 3, 4]", "first.bias [4]"] + blocks + [
        "hidden.weight [288, 100]", "hidden.bias [100]", "last.weight [100, 1]", "last.bias [1]",
      ])
    #expect(
      network.namedStatistics.map(\.name)
        == (0..<9).flatMap { ["blocks.\($0).norm.runningMean", "blocks.\($0).norm.runningVariance"] })
    let keys = VGGDiscriminator.tensorKeys(for: configuration)
    #expect(keys[2].key == "conv0_1.weight")
    #expect(
      keys.suffix(9).prefix(5).map(\.key) == ["conv4_1.weight"]
        + ["weight", "bias", "running_mean", "running_var"].map { "bn4_1.\($0)" })
    // From 256 pixels on, there is one stage more.
    configuration.size = 256
    #expect(list(VGGDiscriminator(configuration)).suffix(4).first == "hidden.weight [512, 100]")
    #expect(VGGDiscriminator.tensorKeys(for: configuration).contains { $0.key == "conv5_1.weight" })
  }

  @Test func uNetDiscriminator() {
    var configuration = UNetDiscriminator.Configuration()
    configuration.width = 4
    let network = UNetDiscriminator(configuration)
    #expect(
      list(network) == [
        "first.weight [3, 3, 3, 4]", "first.bias [4]",
        "downsampling.0.weight [4, 4, 4, 8]", "downsampling.1.weight [4, 4, 8, 16]",
        "downsampling.2.weight [4, 4, 16, 32]",
        "upsampling.0.weight [3, 3, 32, 16]", "upsampling.1.weight [3, 3, 16, 8]", "upsampling.2.weight [3, 3, 8, 4]",
        "refinement.0.weight [3, 3, 4, 4]", "refinement.1.weight [3, 3, 4, 4]",
        "last.weight [3, 3, 4, 1]", "last.bias [1]",
      ])
    #expect(
      network.namedStatistics.prefix(4).map { "\($0.name) \($0.statistic.value.shape)" } == [
        "downsampling.0.outputDirection [8]", "downsampling.0.inputDirection [64]",
        "downsampling.1.outputDirection [16]", "downsampling.1.inputDirection [128]",
      ])
    #expect(network.namedStatistics.count == 16)
  }

  @Test func vgg19() {
    var configuration = VGGFeatures.Configuration()
    configuration.width = 2
    let channels = [
      (3, 2), (2, 2), (2, 4), (4, 4), (4, 8), (8, 8), (8, 8), (8, 8), (8, 16), (16, 16), (16, 16), (16, 16), (16, 16),
      (16, 16), (16, 16), (16, 16),
    ]
    #expect(
      list(VGGFeatures(configuration))
        == channels.enumerated().flatMap { index, channels in
          [
            "convolutions.\(index).weight [3, 3, \(channels.0), \(channels.1)]",
            "convolutions.\(index).bias [\(channels.1)]",
          ]
        })
    let modules = [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34]
    #expect(
      VGGFeatures.tensorKeys(for: configuration).map(\.key)
        == modules.flatMap { ["features.\($0).weight", "features.\($0).bias"] })
    configuration.weights = [.conv22: 1, .conv12: 0.5]
    let shallow = VGGFeatures(configuration)
    #expect(shallow.convolutions.count == 4)
    #expect(shallow.layerNames == [.conv12, .conv22])
  }

  @Test func vgg16() {
    var configuration = VGGFeatures.Configuration()
    configuration.depth = .vgg16
    configuration.weights = VGGFeatures.LayerChoice.vgg54.weights(in: .vgg16)
    let modules = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]
    #expect(
      VGGFeatures.tensorKeys(for: configuration).map(\.key)
        == modules.flatMap { ["features.\($0).weight", "features.\($0).bias"] })
    configuration.pooling = .antialiased
    let slices = [
      "1.0", "1.2", "2.6", "2.8", "3.12", "3.14", "3.16", "4.20", "4.22", "4.24", "5.28", "5.30", "5.32",
    ]
    #expect(
      VGGFeatures.tensorKeys(for: configuration).map(\.key)
        == slices.flatMap { ["net.slice\($0).weight", "net.slice\($0).bias"] })
  }

  @Test func choicesOfLayersSuitTheDepth() {
    typealias Choice = VGGFeatures.LayerChoice
    #expect(Choice.vgg54.weights(in: .vgg19) == [.conv54: 1])
    #expect(Choice.vgg54.weights(in: .vgg16) == [.conv53: 1])
    #expect(
      Choice.realESRGAN.weights(in: .vgg19) == [.conv12: 0.1, .conv22: 0.1, .conv34: 1, .conv44: 1, .conv54: 1])
    #expect(
      Choice.realESRGAN.weights(in: .vgg16) == [.conv12: 0.1, .conv22: 0.1, .conv33: 1, .conv43: 1, .conv53: 1])
  }

  @Test func efficientNetLite0() {
    let network = EfficientNetLite0()
    #expect(
      list(network).prefix(15) == [
        "encoder.stem.convolution.weight [3, 3, 3, 32]", "encoder.stem.norm.scale [32]", "encoder.stem.norm.shift [32]",
        "encoder.blocks.0.depthwise.convolution.weight [3, 3, 1, 32]",
        "encoder.blocks.0.depthwise.norm.scale [32]", "encoder.blocks.0.depthwise.norm.shift [32]",
        "encoder.blocks.0.projection.convolution.weight [1, 1, 32, 16]",
        "encoder.blocks.0.projection.norm.scale [16]", "encoder.blocks.0.projection.norm.shift [16]",
        "encoder.blocks.1.expansion.convolution.weight [1, 1, 16, 96]",
        "encoder.blocks.1.expansion.norm.scale [96]", "encoder.blocks.1.expansion.norm.shift [96]",
        "encoder.blocks.1.depthwise.convolution.weight [3, 3, 1, 96]",
        "encoder.blocks.1.depthwise.norm.scale [96]", "encoder.blocks.1.depthwise.norm.shift [96]",
      ])
    #expect(
      list(network).suffix(5) == [
        "head.convolution.weight [1, 1, 320, 1280]", "head.norm.scale [1280]", "head.norm.shift [1280]",
        "classifier.weight [1280, 1000]", "classifier.bias [1000]",
      ])
    let keys = EfficientNetLite0.tensorKeys(for: network.configuration)
    #expect(
      keys.prefix(6).map { "\($0.key) \($0.shape)" } == [
        "_conv_stem.weight [32, 3, 3, 3]", "_bn0.weight [32]", "_bn0.bias [32]", "_bn0.running_mean [32]",
        "_bn0.running_var [32]", "_blocks.0._depthwise_conv.weight [32, 1, 3, 3]",
      ])
    // A depthwise convolution's file has one input channel for each group.
    let kernels = keys.filter { $0.key.hasSuffix("._depthwise_conv.weight") }.map { "\($0.shape)" }
    #expect(
      kernels == [
        "[32, 1, 3, 3]", "[96, 1, 3, 3]", "[144, 1, 3, 3]", "[144, 1, 5, 5]", "[240, 1, 5, 5]", "[240, 1, 3, 3]",
        "[480, 1, 3, 3]", "[480, 1, 3, 3]", "[480, 1, 5, 5]", "[672, 1, 5, 5]", "[672, 1, 5, 5]", "[672, 1, 5, 5]",
        "[1152, 1, 5, 5]", "[1152, 1, 5, 5]", "[1152, 1, 5, 5]", "[1152, 1, 3, 3]",
      ])
    let projections = keys.filter { $0.key.hasSuffix("._project_conv.weight") }.map { $0.shape[0] }
    #expect(projections == [16, 24, 24, 40, 40, 80, 80, 80, 112, 112, 112, 192, 192, 192, 192, 320])
  }

  private static let decoder = [
    "base.bottom.weight [1, 1, 320, 256]", "base.bottom.bias [256]", "base.scene.weight [1, 1, 320, 256]",
    "base.sixteenth.0.convolution.weight [3, 3, 368, 192]", "base.sixteenth.0.norm.scale [192]",
    "base.sixteenth.0.norm.shift [192]",
    "base.sixteenth.1.convolution.weight [3, 3, 192, 192]", "base.sixteenth.1.norm.scale [192]",
    "base.sixteenth.1.norm.shift [192]",
    "base.eighth.0.convolution.weight [3, 3, 232, 128]", "base.eighth.0.norm.scale [128]",
    "base.eighth.0.norm.shift [128]",
    "base.eighth.1.convolution.weight [1, 1, 128, 64]", "base.eighth.1.norm.scale [64]",
    "base.eighth.1.norm.shift [64]",
    "base.quarter.convolution.weight [3, 3, 88, 64]", "base.quarter.norm.scale [64]", "base.quarter.norm.shift [64]",
  ]

  @Test func uNetWithAnEncoder() {
    var configuration = EncoderUNet.Configuration()
    configuration.outputChannels = 2
    let network = EncoderUNet(configuration)
    let names = list(network)
    #expect(names[0] == "base.encoder.stem.convolution.weight [3, 3, 3, 32]")
    #expect(
      names.filter { !$0.hasPrefix("base.encoder.") } == Self.decoder + [
        "half.convolution.weight [3, 3, 80, 48]", "half.norm.scale [48]", "half.norm.shift [48]",
        "whole.convolution.weight [3, 3, 51, 32]", "whole.norm.scale [32]", "whole.norm.shift [32]",
        "head.weight [3, 3, 32, 2]", "head.bias [2]",
      ])
    let keys = EncoderUNet.tensorKeys(for: configuration).map(\.key)
    #expect(keys[0] == "encoder._conv_stem.weight")
    let parts = ["convolution.weight", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var"]
    let blocks: [String] = ["half", "whole"].flatMap { block in parts.map { "\(block).\($0)" } }
    #expect(keys.suffix(12) == blocks + ["head.weight", "head.bias"])
  }

  @Test func networkOfColorBins() {
    let network = ColorBinNetwork()
    let names = list(network)
    #expect(names[0] == "base.encoder.stem.convolution.weight [3, 3, 1, 32]")
    #expect(
      names.filter { !$0.hasPrefix("base.encoder.") } == Self.decoder + [
        "head.weight [1, 1, 64, 226]", "head.bias [226]",
      ])
    let keys = ColorBinNetwork.tensorKeys(for: network.configuration)
    #expect(keys.map(\.key).suffix(3) == ["head.weight", "head.bias", "rarity"])
  }

  @Test func publishedSizes() {
    var generator = ResNetGenerator.Configuration()
    #expect(ResNetGenerator(generator).parameterCount == 11_378_179)
    generator.blocks = 6
    #expect(ResNetGenerator(generator).parameterCount == 7_837_699)
    var pairs = UNetGenerator.Configuration()
    #expect(UNetGenerator(pairs).parameterCount == 54_413_955)
    (pairs.inputChannels, pairs.outputChannels) = (1, 2)
    #expect(UNetGenerator(pairs).parameterCount == 54_409_858)
    var discriminator = PatchDiscriminator.Configuration()
    #expect(PatchDiscriminator(discriminator).parameterCount == 2_764_737)
    discriminator.norm = .batch
    discriminator.inputChannels = 6
    #expect(PatchDiscriminator(discriminator).parameterCount == 2_768_705)
    var dense = RRDBNet.Configuration()
    #expect(RRDBNet(dense).parameterCount == 16_697_987)
    dense.blocks = 6
    #expect(RRDBNet(dense).parameterCount == 4_467_779)
    var compact = SRVGGNet.Configuration()
    #expect(SRVGGNet(compact).parameterCount == 621_424)
    compact.convolutions = 32
    #expect(SRVGGNet(compact).parameterCount == 1_213_296)
    #expect(MSRResNet().parameterCount == 1_517_571)
    var attentive = SPAN.Configuration()
    attentive.form = .folded
    #expect(SPAN(attentive).parameterCount == 426_288)
    attentive.scale = 2
    #expect(SPAN(attentive).parameterCount == 410_700)
    #expect(SRResNet().parameterCount == 1_547_350)
    #expect(VGGDiscriminator().parameterCount == 14_499_401)
    #expect(UNetDiscriminator().parameterCount == 4_376_897)
    #expect(VGGFeatures().parameterCount == 20_024_384)
    var shallower = VGGFeatures.Configuration()
    (shallower.depth, shallower.weights) = (.vgg16, [.conv53: 1])
    #expect(VGGFeatures(shallower).parameterCount == 14_714_688)
    #expect(EfficientNetLite0().parameterCount == 4_652_008)
  }

  @Test func aPatchDiscriminatorJudges30By30PatchesOf256By256Pixels() {
    var configuration = PatchDiscriminator.Configuration()
    configuration.width = 1
    let image = Tensor(NDArray(repeating: 0, shape: [1, 256, 256, 3]))
    #expect(PatchDiscriminator(configuration)(image).shape == [1, 30, 30, 1])
  }
}
