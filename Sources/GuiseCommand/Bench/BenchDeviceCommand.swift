import ArgumentParser
import Tensors
import Training

struct BenchDeviceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "device",
    abstract: "Hold a GPU's results against the processor's.",
    discussion: """
      Example: guise bench device --check --device vulkan

      Computes a training step of every task and a run of every network that bench forward knows. Each operation runs on the processor, and twice on the GPU. A driver whose results are wrong, \
      or not the same twice, is found so. With --precision float16, the processor's results are float32's all the same.
      """)

  @Flag(help: "Compute and compare; otherwise the devices are only listed.")
  var check = false

  @Option(help: "The device to check.")
  var device = DeviceChoice.inEnvironment ?? .vulkan(nil)

  @OptionGroup var precision: PrecisionOptions

  @Option(help: ArgumentHelp("Side of the square images.", valueName: "pixels"))
  var size = 64

  func validate() throws {
    try BenchOptions.validate(size: size)
  }

  func run() throws {
    guard check else {
      for device in Machine.vulkanDevices { print(device) }
      return
    }
    let comparison: DeviceCheck
    do {
      comparison = try DeviceCheck(device, precision.precision)
    } catch let error as PrecisionError {
      throw ValidationError("--precision is \(error.precision.rawValue), but \(error.obstacle)")
    } catch let error as DeviceChoiceError {
      throw ValidationError("--device is \(device), but \(error.reason)")
    }
    print("device: \(comparison.device)")
    print(try device.open().run { DispatchTimes() }.text)
    var missingBarriers: [String] = []
    for task in Tasks.all {
      try step(task, comparison)
      missingBarriers += comparison.missingBarriers()
    }
    for name in BenchNetwork.allValueStrings {
      guard let network = BenchNetwork(argument: name), (try? network.validate(size: size)) != nil else { continue }
      try run(network, comparison)
      missingBarriers += comparison.missingBarriers()
    }
    print(table(comparison.rows))
    for message in Set(missingBarriers).sorted() { print(message) }
    let failed = comparison.rows.filter { !$0.passes }
    guard failed.isEmpty, missingBarriers.isEmpty else {
      ErrorLine.write(
        "\(comparison.device) computes wrongly: \(failed.map(\.operation).joined(separator: ", "))"
          + (missingBarriers.isEmpty ? "" : " (\(missingBarriers.count) barriers are missing)"))
      throw ExitStatus.someFilesFailed
    }
    print("all \(comparison.rows.count) operations are right")
  }

  private func step<Project: TrainingProject>(_ project: Project.Type, _ comparison: DeviceCheck) throws {
    var recipe = BenchTrainCommand.recipe(project, size: size)
    recipe.optimizer.precision = precision.precision
    guard let benchmark = try project.benchmark(recipe) else { return }
    let training = try BenchTraining(benchmark, recipe)
    let start = ContinuousClock.now
    try comparison.run { _ = training.step() }
    print("step of \(Project.name), \(recipe.data.cropSize) pixels: \(TimeText.duration((.now - start) / .seconds(1)))")
  }

  private func run(_ network: BenchNetwork, _ comparison: DeviceCheck) throws {
    let (generator, description) = try network.makeNetwork()
    let image = RandomImages.array("images", batch: 1, size: size, channels: description.inputChannels ?? 3)
    let start = ContinuousClock.now
    try comparison.run {
      try withoutGradients(precision: precision.precision) { generator(Tensor(image)) }.value.withHostMemory { _ in }
    }
    print("\(network.name), \(size) pixels: \(TimeText.duration((.now - start) / .seconds(1)))")
  }

  private func table(_ rows: [DeviceCheck.Row]) -> String {
    TextTable.text(
      header: ["operation", "calls", "difference", "repeatable", ""],
      rows: rows.map { row in
        [
          row.operation, "\(row.calls)", TextTable.small(Double(row.difference)),
          row.unrepeatable == 0 ? "yes" : "\(row.unrepeatable) not", row.passes ? "right" : "WRONG",
        ]
      })
  }
}
