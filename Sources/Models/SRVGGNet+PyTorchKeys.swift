extension SRVGGNet {
  /// The names in Real-ESRGAN's files, where the network is one list of modules, convolutions at the even places.
  public static func pyTorchKeys(for configuration: Configuration) -> [PyTorchKey] {
    func block(_ path: String, at module: Int) -> [PyTorchKey] {
      PyTorchKey.convolution("\(path).convolution", "body.\(module)")
        + [PyTorchKey(path: "\(path).rectifier.slope", key: "body.\(module + 1).weight", layout: .vector)]
    }
    var keys = block("first", at: 0)
    for index in 0..<configuration.convolutions { keys += block("middle.\(index)", at: 2 + 2 * index) }
    return keys + PyTorchKey.convolution("last", "body.\(2 + 2 * configuration.convolutions)")
  }
}
