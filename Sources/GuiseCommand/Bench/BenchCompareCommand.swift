import ArgumentParser
import Models
import Tensors
import Training

struct BenchCompareCommand: DeviceCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Time a network or a training step against PyTorch and the engines that run PyTorch's networks.",
    discussion: """
      Example: guise bench compare --python .venv/bin/python --network resnet9 --size 256

      Peers are what that Python can import: python3 -m venv .venv && .venv/bin/pip install \(PeerProcess.packages)
      All get the same weights and image, and take turns. "Guise's speed" is a multiple of the engine's speed; \
      "difference" is the largest one from PyTorch's float32 output. On a GPU, PyTorch computes on its own, and the \
      other engines are left out.
      """)

  @Option(help: ArgumentHelp("A Python with torch.", valueName: "path"))
  var python: String

  @Option(
    help: ArgumentHelp(
      "\(SettingText.alternatives(Comparison.networks)), as bench forward has them (default: resnet9).",
      valueName: "name"))
  var network: BenchNetwork?

  @Flag(help: "Compare CycleGAN's training step, and the memory that it takes, instead of a network.")
  var train = false

  @Flag(
    help:
      "Compare the depthwise convolutions of EfficientNet-Lite0 and of the separable ResNet generator, and their gradients."
  )
  var depthwise = false

  @Option(help: ArgumentHelp("Side of the square image (default: 256, rrdb 128).", valueName: "pixels"))
  var size: Int?

  @Option(help: ArgumentHelp("Timed runs of each engine; the engines take turns.", valueName: "count"))
  var rounds = 7

  @OptionGroup var device: DeviceOptions

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  func validate() throws {
    try BenchOptions.validate(size: chosenSize)
    if train {
      try Comparison.trainingRecipe(size: chosenSize).validateForBench()
      if network != nil { throw ValidationError("--train compares CycleGAN's training step: leave out --network") }
    }
    if depthwise && (train || network != nil || size != nil) {
      throw ValidationError("--depthwise compares single convolutions: leave out --network, --train and --size")
    }
    if let network {
      guard Comparison.networks.contains(network.name) else {
        throw ValidationError(
          "--network is \(network.name), expected \(SettingText.alternatives(Comparison.networks)): the peers have no "
            + "other")
      }
      try network.validate(size: chosenSize)
    }
    guard (1...1_000_000).contains(rounds) else {
      throw ValidationError("--rounds is \(rounds), expected 1 to 1000000")
    }
    _ = try PeerProcess.executable(python)
  }

  private var chosenSize: Int { size ?? (network?.name == "rrdb" ? 128 : 256) }

  var isQuiet: Bool { json }

  func compute() throws {
    if depthwise, !ComputeDevice.current.isProcessor {
      throw ValidationError("--depthwise compares what the processor computes: choose --device cpu")
    }
    threads.apply()
    Interruption.watch()
    let comparison = try Comparison(python: python, rounds: rounds)
    if depthwise {
      let result = try comparison.depthwise()
      try write(result, text: result.text)
    } else {
      let result =
        try train ? comparison.training(size: chosenSize) : comparison.forward(network ?? .resnet9, size: chosenSize)
      try write(result, text: result.text)
    }
  }

  private func write(_ result: some Encodable, text: String) throws {
    if json { try JSONLine.write(result) } else { print(text) }
  }
}
