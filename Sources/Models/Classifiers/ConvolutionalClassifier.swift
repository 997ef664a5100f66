import Layers
import Tensors

/// A small classifier in the manner of VGG (Simonyan and Zisserman 2015), with batch norm or without and with global pooling
/// (Lin et al. 2014): stages of two convolutions and a pooling that halves the size, each twice as wide as the one before.
public struct ConvolutionalClassifier: ClassifierNetwork {
  public struct Configuration: ClassifierConfiguration {
    public var inputChannels = 3
    public var classes = 10
    public var size = 32
    public var width = 16
    public var stages = 3
    /// Whether there is batch norm after each convolution; made images beside real ones want none.
    public var batchNorm = true

    public init() {}

    func channels(_ stage: Int) -> Int { width << stage }
  }

  public let configuration: Configuration
  /// Two for each stage.
  public let blocks: [ConvBlock]
  public let last: Linear

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    blocks = (0..<configuration.stages).flatMap { stage in
      let channels = configuration.channels(stage)
      let input = stage == 0 ? configuration.inputChannels : configuration.channels(stage - 1)
      return [input, channels].map {
        ConvBlock($0, channels, kernel: 3, padding: 1, norm: configuration.batchNorm ? .batch : nil)
      }
    }
    last = Linear(configuration.channels(configuration.stages - 1), configuration.classes)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { last(pooled(input)) }

  /// `[N, channels of the last stage]`.
  private func pooled(_ input: Tensor) -> Tensor {
    var x = input
    for (index, block) in blocks.enumerated() {
      x = block(x)
      let isLast = index == blocks.count - 1
      if index % 2 == 1, !isLast { x = x.maximumPooled(window: 2, stride: 2, padding: 0) }
    }
    return x.mean(axes: [1, 2])
  }

  public func pooledFeatures(of images: Tensor) -> Tensor {
    pooled((images * 2 - 1).withChannels(configuration.inputChannels))
  }

  public func probabilities(ofFeatures features: Tensor) -> Tensor? { last(features).softmax() }
}

extension ConvolutionalClassifier {
  public static let name = "classifier"
  public static let title = "convolutional classifier"

  public static let settings: [Setting<Configuration>] = [
    .integer("width", \.width, 1...256),
    .integer("stages", \.stages, 1...5), .flag("batchNorm", \.batchNorm),
  ]

  public static func problem(with configuration: Configuration) -> String? {
    // Before anything is derived from them.
    if let problem = problemWithSettings(of: configuration) { return problem }
    let smallest = 1 << (configuration.stages - 1)
    guard configuration.size >= smallest else {
      return "its images have \(configuration.size) pixels a side, expected at least \(smallest) with stages "
        + "\(configuration.stages)"
    }
    return problemWithData(of: configuration)
  }

  public static func summary(of configuration: Configuration) -> String {
    "\(title), \(configuration.classes) classes, "
      + "\(configuration.size) pixels, \(configuration.inputChannels == 1 ? "gray" : "colour"), width \(configuration.width)"
  }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }
}
