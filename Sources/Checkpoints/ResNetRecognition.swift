import Models
import Tensors

/// Tells a ResNet generator and its settings from the names and shapes of a file's tensors.
enum ResNetRecognition {
  /// The settings, where the tensors begin like a ResNet generator's; `mismatch` says whether the rest follows.
  static func configuration(of shapes: [String: Shape]) -> ResNetGenerator.Configuration? {
    guard let stem = shapes["model.1.weight"], stem.rank == 4, stem[2] == 7, stem[3] == 7, stem.count > 0,
      shapes["model.0.weight"] == nil
    else { return nil }
    var configuration = ResNetGenerator.Configuration()
    configuration.width = stem[0]
    configuration.inputChannels = stem[1]
    configuration.norm = shapes["model.2.weight"] == nil ? .instance : .batch
    configuration.blocks = 0
    while shapes["model.\(10 + configuration.blocks).conv_block.1.weight"] != nil { configuration.blocks += 1 }
    // Without dropout a batch norm may stand there, whose weight is a vector.
    configuration.dropout = shapes["model.10.conv_block.6.weight"]?.rank == 4
    let isResize = shapes["model.\(12 + configuration.blocks).weight"]?.rank == 4
    configuration.upsampling = isResize ? .resizeConvolution : .transposed
    let head = ResNetGenerator.pyTorchKeys(for: configuration).first { $0.path == "head.weight" }
    if let shape = head.flatMap({ shapes[$0.key] }), shape.rank == 4, shape.count > 0 {
      configuration.outputChannels = shape[0]
    }
    return configuration
  }

  /// Which tensors a generator needs, by PyTorch's keys in PyTorch's layout.
  ///
  /// Computed rather than read off a model, since a model is only built once a file is known to fill it.
  static func expectedShapes(for configuration: ResNetGenerator.Configuration) -> [String: Shape] {
    var shapes: [String: Shape] = [:]
    for key in ResNetGenerator.pyTorchKeys(for: configuration) {
      let (input, output, kernel) = channels(of: key.path, configuration)
      shapes[key.key] =
        switch key.layout {
        case .convolution: [output, input, kernel, kernel]
        case .transposedConvolution: [input, output, kernel, kernel]
        case .linear: [output, input]
        case .vector: [output]
        }
    }
    return shapes
  }

  private static func channels(
    of path: String, _ configuration: ResNetGenerator.Configuration
  ) -> (input: Int, output: Int, kernel: Int) {
    let width = configuration.width
    let parts = path.split(separator: ".")
    switch (parts[0], parts[1]) {
    case ("stem", _): return (configuration.inputChannels, width, 7)
    case ("head", _): return (width, configuration.outputChannels, 7)
    case ("downsampling", "0"): return (width, 2 * width, 3)
    case ("downsampling", _): return (2 * width, 4 * width, 3)
    case ("upsampling", "0"): return (4 * width, 2 * width, 3)
    case ("upsampling", _): return (2 * width, width, 3)
    default: return (4 * width, 4 * width, 3)
    }
  }

  /// What keeps a file's tensors from being this generator's, in words; nil where they are.
  static func mismatch(of shapes: [String: Shape], with configuration: ResNetGenerator.Configuration) -> String? {
    let expected = expectedShapes(for: configuration)
    var problems: [String] = []
    for (key, shape) in expected.sorted(by: { $0.key < $1.key }) {
      if let found = shapes[key] {
        if found != shape { problems.append("\(key) is \(found), expected was \(shape)") }
      } else {
        problems.append("\(key) \(shape) is missing")
      }
    }
    for key in shapes.keys.sorted() where expected[key] == nil && !isSuperfluous(key) {
      problems.append("\(key) is not part of it")
    }
    guard !problems.isEmpty else { return nil }
    let rest = problems.count > 3 ? "; and \(problems.count - 3) more" : ""
    return problems.prefix(3).joined(separator: "; ") + rest
  }

  /// Counters, and the statistics that old instance norms carry though the image's own are used.
  private static func isSuperfluous(_ key: String) -> Bool {
    [".num_batches_tracked", ".running_mean", ".running_var"].contains { key.hasSuffix($0) }
  }
}
