import Tensors

extension BigGANGenerator {
  /// The names in BigGAN-PyTorch's files.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let (width, plan, told) = (configuration.width, configuration.plan, configuration.told)
    var keys: [TensorKey] = []
    if configuration.classes > 0 {
      keys.append(
        TensorKey(
          path: "shared", key: "shared.weight", layout: .same,
          shape: [configuration.classes, configuration.embedding]))
    }
    keys += linear("project", "linear", configuration.part, 16 * plan[0].inputs * width)
    for (index, step) in plan.enumerated() {
      let (path, key) = ("blocks.\(index)", "blocks.\(index).0")
      let (inputs, outputs) = (step.inputs * width, step.outputs * width)
      keys += norm("\(path).firstNorm", "\(key).bn1", inputs, told)
      keys += norm("\(path).secondNorm", "\(key).bn2", outputs, told)
      keys += convolution("\(path).first", "\(key).conv1", inputs, outputs, kernel: 3)
      keys += convolution("\(path).second", "\(key).conv2", outputs, outputs, kernel: 3)
      keys += convolution("\(path).shortcut", "\(key).conv_sc", inputs, outputs, kernel: 1)
      if configuration.attention == step.side {
        keys += attention("\(path).attention", "blocks.\(index).1", outputs)
      }
    }
    let channels = plan[plan.count - 1].outputs * width
    keys += [
      .vector("norm.scale", "output_layer.0.gain", channels), .vector("norm.shift", "output_layer.0.bias", channels),
    ]
    keys += statistics("norm", "output_layer.0", channels)
    return keys + convolution("last", "output_layer.2", channels, configuration.outputChannels, kernel: 3)
  }

  private static func norm(_ path: String, _ key: String, _ channels: Int, _ told: Int) -> [TensorKey] {
    let changes =
      told > 0
      ? linear("\(path).factor", "\(key).gain", told, channels, hasBias: false)
        + linear("\(path).addend", "\(key).bias", told, channels, hasBias: false) : []
    return changes + statistics("\(path).norm", key, channels)
  }

  private static func statistics(_ path: String, _ key: String, _ channels: Int) -> [TensorKey] {
    [
      .vector("\(path).runningMean", "\(key).stored_mean", channels),
      .vector("\(path).runningVariance", "\(key).stored_var", channels),
    ]
  }

  private static func attention(_ path: String, _ key: String, _ channels: Int) -> [TensorKey] {
    let (few, half) = (max(1, channels / 8), max(1, channels / 2))
    let share = TensorKey(path: "\(path).share", key: "\(key).gamma", layout: .same, shape: [])
    return [
      ("query", "theta", channels, few), ("key", "phi", channels, few), ("value", "g", channels, half),
      ("output", "o", half, channels),
    ].flatMap {
      convolution("\(path).\($0.0)", "\(key).\($0.1)", $0.2, $0.3, kernel: 1, hasBias: false)
    } + [share]
  }

  private static func linear(
    _ path: String, _ key: String, _ inputs: Int, _ outputs: Int, hasBias: Bool = true
  ) -> [TensorKey] {
    spectral(path, key, TensorKey.Layout.linear, [outputs, inputs], hasBias)
  }

  private static func convolution(
    _ path: String, _ key: String, _ inputs: Int, _ outputs: Int, kernel: Int, hasBias: Bool = true
  ) -> [TensorKey] {
    spectral(path, key, .convolution, [outputs, inputs, kernel, kernel], hasBias)
  }

  private static func spectral(
    _ path: String, _ key: String, _ layout: TensorKey.Layout, _ shape: Shape, _ hasBias: Bool
  ) -> [TensorKey] {
    let outputs = shape[0]
    return [
      TensorKey(path: "\(path).spectral.weight", key: "\(key).weight", layout: layout, shape: shape),
      TensorKey(path: "\(path).spectral.direction", key: "\(key).u0", layout: .same, shape: [1, outputs]),
      .vector("\(path).spectral.largest", "\(key).sv0", 1),
    ] + (hasBias ? [.vector("\(path).bias", "\(key).bias", outputs)] : [])
  }
}
