import Layers
import Models
import Tensors
import Testing

/// How far pixels see in networks with attention within windows, which decides how tiles overlap.
@Suite struct AttentionNetworksTests {
  private static var networks: [any UpscalingNetwork] {
    func swinIR(window: Int, depths: [Int], upsampling: UpsamplingHead.Kind, scale: Int) -> SwinIR {
      var configuration = SwinIR.Configuration()
      (configuration.width, configuration.hidden, configuration.upsamplingWidth) = (8, 8, 4)
      (configuration.window, configuration.depths) = (window, depths)
      configuration.heads = depths.map { _ in 2 }
      (configuration.upsampling, configuration.scale) = (upsampling, scale)
      configuration.connection = depths.count > 1 ? .bottleneck : .plain
      return SwinIR(configuration)
    }
    func srFormer(window: Int, depths: [Int]) -> SRFormer {
      var configuration = SRFormer.Configuration()
      (configuration.width, configuration.hidden, configuration.window) = (8, 8, window)
      (configuration.depths, configuration.heads) = (depths, depths.map { _ in 2 })
      (configuration.upsampling, configuration.scale) = (.none, 1)
      return SRFormer(configuration)
    }
    return [
      swinIR(window: 4, depths: [3], upsampling: .direct, scale: 2),
      swinIR(window: 7, depths: [2], upsampling: .none, scale: 1),
      swinIR(window: 4, depths: [1, 2], upsampling: .nearest, scale: 2),
      swinIR(window: 2, depths: [2], upsampling: .stepwise, scale: 3), srFormer(window: 4, depths: [2]),
      srFormer(window: 6, depths: [2, 1]),
    ]
  }

  /// The farthest change is exactly at the radius, but that heads' radii are rounded up.
  @Test(arguments: networks.indices) func radiusIsHowFarAPixelsChangeSpreads(index: Int) {
    let network = Self.networks[index]
    Initializer.normal(deviation: 0.5).initialize(network, seed: 5, purpose: "test")
    let multiple = network.sizeMultiple
    let margin = (network.receptiveRadius / multiple + 2) * multiple
    let (height, width, scale) = (multiple, 2 * margin + multiple, network.scale)
    let random = Random(seed: 1, purpose: "image")
    var values = (0..<height * width * 3).map { random.uniform(at: $0) }
    let plain = output(of: network, values, height, width)
    var farthest = 0
    for offset in 0..<multiple {
      let column = margin + offset
      let kept = values
      for row in 0..<height {
        for channel in 0..<3 { values[(row * width + column) * 3 + channel] += 2 }
      }
      let changed = output(of: network, values, height, width)
      values = kept
      let places = changed.indices.filter { changed[$0] != plain[$0] }
      farthest = max(farthest, places.map { abs($0 / 3 % (width * scale) / scale - column) }.max() ?? 0)
    }
    #expect((network.receptiveRadius - (scale > 1 ? 1 : 0)...network.receptiveRadius).contains(farthest))
  }

  private func output(of network: any UpscalingNetwork, _ values: [Float], _ height: Int, _ width: Int) -> [Float] {
    withoutGradients { network(Tensor(NDArray(values, shape: [1, height, width, 3]))).value.scalars }
  }

  /// As published.
  @Test func parameterCounts() {
    #expect(SwinIR().parameterCount == 11_900_199)
    #expect(HAT().parameterCount == 20_772_507)
    var large = SwinIR.Configuration()
    (large.width, large.hidden, large.upsampling, large.connection) = (240, 480, .nearest, .bottleneck)
    (large.depths, large.heads) = (Array(repeating: 6, count: 9), Array(repeating: 8, count: 9))
    #expect(SwinIR(large).parameterCount == 28_013_059)
  }
}
