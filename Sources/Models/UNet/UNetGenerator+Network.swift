extension UNetGenerator {
  public static let name = "unet"
  public static let title = "U-Net generator (pix2pix)"

  public static let sizeSettings = ["downsamplings"]

  public static let settings: [Setting<Configuration>] = [
    .integer("downsamplings", \.downsamplings, 2...12),
    .integer("width", \.width, 1...1024),
    .choice("norm", \.norm),
    .flag("dropout", \.dropout),
    .choice("atTest", \.atTest),
  ]

  /// Batch norm uses the statistics of the whole batch.
  public static func keepsImagesApart(in configuration: Configuration) -> Bool { configuration.norm != .batch }

  public static func summary(of configuration: Configuration) -> String {
    "U-Net generator, \(SummaryText.counted(configuration.downsamplings, "downsampling")), "
      + "width \(configuration.width), \(SummaryText.channels(configuration)), \(configuration.norm.title)"
      + (configuration.dropout ? ", dropout" : "") + configuration.atTest.summary
  }

  /// Recognises the files of pytorch-CycleGAN-and-pix2pix. They do not show whether there is dropout.
  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let first = tensors.convolution("\(moduleList(ofStep: 1)).0.weight", kernel: 4) else { return nil }
    var configuration = Configuration()
    configuration.inputChannels = first.input
    configuration.width = first.output
    let inner = tensors.count { "\(moduleList(ofStep: 2 + $0)).1.weight" }
    configuration.downsamplings = min(max(smallestDepth, 1 + inner), largestDepth)
    let innermost = moduleList(ofStep: configuration.downsamplings)
    configuration.norm = tensors.norm("\(innermost).4")
    // A transposed convolution's weight is [input, output, kernel, kernel].
    if let last = tensors.convolution("\(moduleList(ofStep: 1)).3.weight", kernel: 4) {
      configuration.outputChannels = last.input
    }
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }

  private static let smallestDepth = 2
  /// More downsamplings than any image allows, but few enough that sizes do not overflow.
  private static let largestDepth = 16

  public static func completing(_ recognized: Configuration, from described: Configuration) -> Configuration {
    var configuration = recognized
    configuration.dropout = described.dropout
    configuration.atTest = described.atTest
    return configuration
  }
}
