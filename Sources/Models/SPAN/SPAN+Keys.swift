import Layers
import Tensors

extension SPAN {
  /// The names in the published files. In the open form, these also hold each convolution's folded kernel (`eval_conv`),
  /// which is made of its branches and may be older than these.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let width = configuration.width
    func convolution(_ path: String, _ key: String, _ inputChannels: Int) -> [TensorKey] {
      switch configuration.form {
      case .open: branches(path, key, inputChannels, width)
      case .folded: TensorKey.convolution(path, "\(key).eval_conv", inputChannels, width)
      }
    }
    var keys = convolution("first", "conv_1", configuration.inputChannels)
    for block in 0..<configuration.blocks {
      for (index, name) in ["first", "second", "third"].enumerated() {
        keys += convolution("blocks.\(block).\(name)", "block_\(block + 1).c\(index + 1)_r", width)
      }
    }
    keys += convolution("deep", "conv_2", width)
    keys += TensorKey.convolution("fusion", "conv_cat", 4 * width, width, kernel: 1)
    keys += TensorKey.convolution(
      "upsampling", "upsampler.0", width, configuration.outputChannels * configuration.scale * configuration.scale)
    return configuration.normalizes ? keys : keys + [TensorKey.vector("unnormalized", "no_norm", 1)]
  }

  /// The keys of a `ReparameterizedConvolution` with a gain of 2.
  private static func branches(
    _ path: String, _ key: String, _ inputChannels: Int, _ outputChannels: Int
  ) -> [TensorKey] {
    TensorKey.convolution("\(path).skip", "\(key).sk", inputChannels, outputChannels, kernel: 1)
      + TensorKey.convolution("\(path).expansion", "\(key).conv.0", inputChannels, 2 * inputChannels, kernel: 1)
      + TensorKey.convolution("\(path).spatial", "\(key).conv.1", 2 * inputChannels, 2 * outputChannels)
      + TensorKey.convolution("\(path).contraction", "\(key).conv.2", 2 * outputChannels, outputChannels, kernel: 1)
  }

  /// The folded kernels, which files in the open form hold beside the branches.
  public var derivedTensors: [DerivedTensor] {
    guard configuration.form == .open else { return [] }
    let folded = folded()
    let values = Dictionary(uniqueKeysWithValues: folded.namedParameters.map { ($0.name, $0.parameter.value) })
    return Self.tensorKeys(for: folded.configuration).compactMap { key in
      guard key.key.contains(".eval_conv."), let value = values[key.path] else { return nil }
      return DerivedTensor(key.key, key.layout.axesToFile.map { Tensor(value).transposed($0).value } ?? value)
    }
  }
}
