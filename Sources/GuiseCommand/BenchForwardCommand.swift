import ArgumentParser
import Layers
import Models
import Tensors

struct BenchForwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forward",
    abstract: "Time a network over random images, with random weights and without gradients.",
    discussion: "Example: guise bench forward --network resnet9 --size 256 --threads 2 --profile")

  enum Network: String, ExpressibleByArgument, CaseIterable {
    case resnet9
    case resnet6
    case rrdb
    case srvgg

    var generator: any Layer {
      switch self {
      case .resnet9, .resnet6:
        var configuration = ResNetGenerator.Configuration()
        configuration.blocks = self == .resnet9 ? 9 : 6
        return ResNetGenerator(configuration)
      case .rrdb: return RRDBNet()
      case .srvgg:
        var configuration = SRVGGNet.Configuration()
        configuration.convolutions = 32
        return SRVGGNet(configuration)
      }
    }
  }

  @Option(
    help: """
      CycleGAN's generator with 9 or 6 residual blocks, ESRGAN's with 23 blocks (x4), or Real-ESRGAN's small one with \
      32 convolutions (x4).
      """)
  var network = Network.resnet9

  @OptionGroup var options: BenchOptions

  func run() throws {
    let generator = network.generator
    Initializer.normal(deviation: 0.02).initialize(generator, seed: 1, purpose: "bench")
    let random = Random(seed: 1, purpose: "bench.images")
    let shape: Shape = [options.batch, options.size, options.size, 3]
    let images = Tensor(NDArray((0..<shape.count).map { 2 * random.uniform(at: $0) - 1 }, shape: shape))
    try options.measure("forward \(network.rawValue)") {
      // Reading the values makes sure that they are computed.
      withoutGradients { generator(images) }.value.withHostMemory { _ in }
    }
  }
}
