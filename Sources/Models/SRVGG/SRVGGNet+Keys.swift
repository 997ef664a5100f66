extension SRVGGNet {
  /// The names in Real-ESRGAN's files, where the network is one list of modules, convolutions at the even places.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let (width, scale) = (configuration.width, configuration.scale)
    func block(_ path: String, at module: Int, _ inputChannels: Int) -> [TensorKey] {
      TensorKey.convolution("\(path).convolution", "body.\(module)", inputChannels, width)
        + [TensorKey.vector("\(path).rectifier.slope", "body.\(module + 1).weight", width)]
    }
    var keys = block("first", at: 0, configuration.inputChannels)
    for index in 0..<configuration.convolutions { keys += block("middle.\(index)", at: 2 + 2 * index, width) }
    return keys
      + TensorKey.convolution(
        "last", "body.\(2 + 2 * configuration.convolutions)", width, configuration.outputChannels * scale * scale)
  }
}
