import Layers
import Models
import Tensors
import TestSupport
import Testing

@Suite struct UpscalingNetworkTests {
  /// A small network of each type, in all variants.
  private static var networks: [any UpscalingNetwork] {
    var networks: [any UpscalingNetwork] = []
    for (scale, upsamplings) in [(4, 2), (2, 2), (1, 2), (1, 0), (2, 1), (8, 3)] {
      var configuration = RRDBNet.Configuration()
      (configuration.width, configuration.growth, configuration.blocks) = (2, 1, 1)
      (configuration.scale, configuration.upsamplings) = (scale, upsamplings)
      networks.append(RRDBNet(configuration))
    }
    for scale in [1, 2, 3, 4] {
      var compact = SRVGGNet.Configuration()
      (compact.width, compact.convolutions, compact.scale) = (2, 2, scale)
      networks.append(SRVGGNet(compact))
      compact.base = .bilinear
      networks.append(SRVGGNet(compact))
      guard scale > 1 else { continue }
      for upsampling in MSRResNet.Upsampling.allCases {
        var residual = MSRResNet.Configuration()
        (residual.width, residual.blocks, residual.scale, residual.upsampling) = (2, 2, scale, upsampling)
        networks.append(MSRResNet(residual))
      }
    }
    for (scale, form, normalizes) in [(4, SPAN.Form.open, true), (3, .folded, true), (2, .folded, false)] {
      var attentive = SPAN.Configuration()
      (attentive.width, attentive.blocks, attentive.scale) = (2, 2, scale)
      (attentive.form, attentive.normalizes) = (form, normalizes)
      networks.append(SPAN(attentive))
    }
    for scale in [2, 3, 4, 8] {
      for variant in SRResNet.Variant.allCases {
        var configuration = SRResNet.Configuration()
        (configuration.width, configuration.blocks, configuration.scale, configuration.variant) = (2, 2, scale, variant)
        networks.append(SRResNet(configuration))
      }
    }
    return networks
  }

  /// Every convolution has nonzero weights on one side of its kernel only and, except for the first and those of one pixel,
  /// in its last input channel only, so that a pixel's change spreads over the whole receptive field.
  @Test func receptiveRadiusIsHowFarAPixelsChangeSpreads() {
    for network in Self.networks {
      for side in [0, -1] {
        for (index, parameter) in network.parameters.filter({ $0.role == .weight }).enumerated() {
          let shape = parameter.value.shape
          let column = side == 0 ? 0 : shape[1] - 1
          let pixel = (shape[0] / 2 * shape[1] + column) * shape[2]
          let channels = pixel + (index == 0 || shape[0] == 1 ? 0 : shape[2] - 1)..<pixel + shape[2]
          let values = (0..<shape.count).map { Float(channels.contains($0 / shape[3]) ? 1 : 0) }
          parameter.value = NDArray(values, shape: shape)
        }
        let farthest = (0..<network.sizeMultiple).map { travelled(from: $0, in: network) }.max() ?? 0
        #expect(farthest == network.receptiveRadius, "\(type(of: network)) x\(network.scale), side \(side)")
      }
    }
  }

  /// The largest distance, in input pixels, from the changed pixel to a change in the output.
  private func travelled(from offset: Int, in network: any UpscalingNetwork) -> Int {
    let multiple = network.sizeMultiple
    let margin = (network.receptiveRadius / multiple + 2) * multiple
    let (height, width, column) = (multiple, 2 * margin + multiple, margin + offset)
    var values = [Float](repeating: 0, count: height * width * 3)
    let plain = withoutGradients { network(Tensor(NDArray(values, shape: [1, height, width, 3]))).value.scalars }
    for row in 0..<height {
      for channel in 0..<3 { values[(row * width + column) * 3 + channel] = 1 }
    }
    let changed = withoutGradients { network(Tensor(NDArray(values, shape: [1, height, width, 3]))).value.scalars }
    let scale = network.scale
    #expect(changed.count == height * width * 3 * scale * scale)
    return changed.indices.filter { abs(changed[$0] - plain[$0]) > 1e-6 }
      .map { abs($0 / 3 % (width * scale) / scale - column) }.max() ?? 0
  }

  /// With independent initial weights, a pixel shuffle begins as a grid (Aitken et al. 2017).
  @Test func beginsWithoutAGrid() {
    for network in Self.networks where !(network is RRDBNet) {
      Initializer.normal(deviation: 0.3).initialize(network, seed: 1, purpose: "test")
      let input = Tensor(NDArray((0..<75).map { Float($0 * 7 % 11) / 11 }, shape: [1, 5, 5, 3]))
      let features = network.features(of: input)
      let (shuffled, scale): (Tensor, Int) =
        switch network {
        case let network as SRVGGNet:
          (network(input) - base(of: network, input), network.scale)
        case let network as MSRResNet where network.configuration.upsampling == .direct:
          (network(input) - input.upsampledBilinear(by: network.scale), network.scale)
        case let network as MSRResNet:
          (network.upsampling[0](features).pixelShuffled(by: network.scale == 3 ? 3 : 2), network.scale == 3 ? 3 : 2)
        case let network as SRResNet: (network.upsampling[0](features), network.scale == 3 ? 3 : 2)
        case let network as SPAN:
          // Its features are made from values in 0 to 255.
          (network.output(from: features * (1 / largestMagnitude(of: features)), of: input), network.scale)
        default: preconditionFailure("how \(type(of: network)) shuffles is not known here")
        }
      expectClose(
        shuffled.value, shuffled.averagePooled(window: scale).upsampledNearest(by: scale).value, tolerance: 1e-6,
        scale: 1, "\(NetworkDescription(of: network).summary)")
      #expect(shuffled.value.scalars.contains { abs($0) > 0.01 })
    }
  }

  private func largestMagnitude(of tensor: Tensor) -> Float { tensor.value.scalars.map(abs).max() ?? 1 }

  private func base(of network: SRVGGNet, _ input: Tensor) -> Tensor {
    network.configuration.base == .bilinear
      ? input.upsampledBilinear(by: network.scale) : input.upsampledNearest(by: network.scale)
  }
}
