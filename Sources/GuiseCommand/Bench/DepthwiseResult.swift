import Models

/// How depthwise convolutions compare with PyTorch's.
struct DepthwiseResult: Encodable {
  struct Convolution: Encodable {
    var work: DepthwiseWork
    var batch: Int
    var channels: Int, side: Int, kernel: Int, stride: Int
    var medianSeconds: Double
    var peers: [Peer]
    /// Guise's speed as a multiple of the fastest peer's.
    var guiseSpeed: Double?
    /// The bytes that must at least be read and written, over those that the memory could have moved in the time. More
    /// than 1 where caches hold them.
    var memoryShare: Double
    /// From PyTorch's result, over its largest value; nil if a value is not a number.
    var largestDifference: Double?

    init(
      shape: EfficientNetLite0Encoder.Depthwise, batch: Int, work: DepthwiseWork, medianSeconds: Double, peers: [Peer],
      memoryShare: Double, difference: Double?
    ) {
      self.work = work
      self.batch = batch
      (channels, side, kernel, stride) = (shape.channels, shape.side, shape.kernel, shape.stride)
      self.medianSeconds = medianSeconds
      self.peers = peers
      guiseSpeed = peers.map(\.medianSeconds).min().map { $0 / medianSeconds }
      self.memoryShare = memoryShare
      largestDifference = difference
    }
  }

  /// PyTorch with its channels first or last.
  struct Peer: Encodable {
    var engine: String
    var medianSeconds: Double
  }

  var size: Int
  var threads: Int
  var rounds: Int
  /// Read and written together, by a copy.
  var memoryBytesPerSecond: Double
  var convolutions: [Convolution]

  var text: String {
    let engines = convolutions.first?.peers.map(\.engine) ?? []
    let table = TextTable.text(
      header: ["convolution", "batch", "work", "Guise ms"] + engines.map { "\($0) ms" }
        + ["Guise's speed", "of memory's", "difference"],
      rows: convolutions.map { convolution in
        [
          "\(convolution.channels) x \(convolution.side)x\(convolution.side), kernel \(convolution.kernel), "
            + "stride \(convolution.stride)", String(convolution.batch), convolution.work.title,
          TextTable.number(convolution.medianSeconds * 1000, digits: 3),
        ] + convolution.peers.map { TextTable.number($0.medianSeconds * 1000, digits: 3) } + [
          "\(TextTable.number(convolution.guiseSpeed, digits: 2)) x",
          TextTable.number(convolution.memoryShare, digits: 2), TextTable.small(convolution.largestDifference),
        ]
      })
    return """
      depthwise convolutions of EfficientNet-Lite0, \(size)x\(size), and of the separable ResNet generator, 256x256 and
      1024x1024; \(threads) threads, \(rounds) rounds by turns

      \(table)

      memory: \(TextTable.number(memoryBytesPerSecond / 1e9, digits: 1)) GB/s read and written by a copy
      """
  }
}
