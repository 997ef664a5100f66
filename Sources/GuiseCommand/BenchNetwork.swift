import ArgumentParser
import Layers
import Models

/// The networks that benchmarks time.
enum BenchNetwork: String, ExpressibleByArgument, CaseIterable {
  case resnet9
  case resnet6
  case rrdb
  case srvgg

  static let help: ArgumentHelp = """
    CycleGAN's generator with 9 or 6 residual blocks, ESRGAN's with 23 blocks (x4), or Real-ESRGAN's small one with 32 \
    convolutions (x4).
    """

  /// With random weights and the names of its parameters in PyTorch.
  func makeGenerator() -> (any Layer, keys: [TensorKey]) {
    let (generator, keys): (any Layer, [TensorKey])
    switch self {
    case .resnet9, .resnet6:
      var configuration = ResNetGenerator.Configuration()
      configuration.blocks = self == .resnet9 ? 9 : 6
      (generator, keys) = (ResNetGenerator(configuration), ResNetGenerator.tensorKeys(for: configuration))
    case .rrdb:
      let configuration = RRDBNet.Configuration()
      (generator, keys) = (RRDBNet(configuration), RRDBNet.tensorKeys(for: configuration))
    case .srvgg:
      var configuration = SRVGGNet.Configuration()
      configuration.convolutions = 32
      (generator, keys) = (SRVGGNet(configuration), SRVGGNet.tensorKeys(for: configuration))
    }
    initializer.initialize(generator, seed: 1, purpose: "bench")
    return (generator, keys)
  }

  /// Without norms, activations keep their size only where the weights' does not make it vanish or explode.
  private var initializer: Initializer {
    switch self {
    case .resnet9, .resnet6: .normal(deviation: 0.02)
    case .rrdb: .xavier
    case .srvgg: .kaiming(scale: 1)
    }
  }
}
