import ArgumentParser
import Tensors
import Training

struct BenchForwardCommand: DeviceCommand {
  static let configuration = CommandConfiguration(
    commandName: "forward",
    abstract: "Time a network over random images, with random weights and without gradients.",
    discussion: "Example: guise bench forward --network resnet9 --size 256 --threads 2 --profile")

  @Option(help: BenchNetwork.help)
  var network = BenchNetwork.resnet9

  @OptionGroup var device: DeviceOptions

  @OptionGroup var precision: PrecisionOptions

  @OptionGroup var options: BenchOptions

  func validate() throws {
    try BenchOptions.validate(size: options.size)
    try network.validate(size: options.size)
  }

  var isQuiet: Bool { options.json }

  func compute() throws {
    let precision = try precision.usable()
    let (generator, description) = try network.makeNetwork()
    let images = Tensor(
      RandomImages.array(
        "images", batch: options.batch, size: options.size, channels: description.inputChannels ?? 3))
    let inference = RepeatedInference()
    try options.measure("forward \(network.name)") {
      // Reading the values forces their computation.
      try withoutGradients(precision: precision) { inference(images) { generator($0) } }.value.withHostMemory { _ in }
    }
  }
}
