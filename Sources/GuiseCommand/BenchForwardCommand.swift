import ArgumentParser
import Tensors

struct BenchForwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forward",
    abstract: "Time a network over random images, with random weights and without gradients.",
    discussion: "Example: guise bench forward --network resnet9 --size 256 --threads 2 --profile")

  @Option(help: BenchNetwork.help)
  var network = BenchNetwork.resnet9

  @OptionGroup var precision: PrecisionOptions

  @OptionGroup var options: BenchOptions

  func run() throws {
    let (generator, _) = network.makeGenerator()
    let images = Tensor(BenchImages.array("images", batch: options.batch, size: options.size))
    try options.measure("forward \(network.rawValue)") {
      // Reading the values makes sure that they are computed.
      try withoutGradients(precision: precision.precision) { generator(images) }.value.withHostMemory { _ in }
    }
  }
}
