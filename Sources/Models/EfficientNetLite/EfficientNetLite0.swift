import Layers
import Tensors

/// EfficientNet-Lite0, a classifier of ImageNet's 1,000 classes, whose encoder other networks begin with.
///
/// `[N, H, W, 3]` in -1...1 -> logits `[N, 1000]`; H and W multiples of 32, as published 224.
public struct EfficientNetLite0: Network {
  public struct Configuration: NetworkConfiguration {
    public var classes = 1000

    public init() {}
  }

  public let configuration: Configuration
  public let encoder: EfficientNetLite0Encoder
  public let head: ConvolutionUnit
  public let classifier: Linear

  static let headChannels = 1280

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    encoder = EfficientNetLite0Encoder()
    head = ConvolutionUnit(EfficientNetLite0Encoder.channels.last, Self.headChannels, kernel: 1)
    classifier = Linear(Self.headChannels, configuration.classes)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { classifier(pooled(input)) }

  private func pooled(_ input: Tensor) -> Tensor { head(encoder(input)).mean(axes: [1, 2]) }
}

extension EfficientNetLite0: FeatureNetwork {
  public var view: FeatureView { .centered(side: 224) }

  /// What the classifier sees, 1,280 features.
  public func pooledFeatures(of images: Tensor) -> Tensor { pooled(images * 2 - 1) }
}

extension EfficientNetLite0 {
  public static let name = "efficientnet-lite0"
  public static let title = "EfficientNet-Lite0"

  public static let settings: [Setting<Configuration>] = [.integer("classes", \.classes, 1...100_000)]

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }

  public static var benchmarks: [NetworkBenchmark] { [NetworkBenchmark(name, Self.self, Configuration())] }

  public static func summary(of configuration: Configuration) -> String {
    "EfficientNet-Lite0, a classifier whose encoder other networks can begin with"
  }

  /// The names in the files of EfficientNet-PyTorch.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    EfficientNetLite0Encoder.tensorKeys("encoder", prefix: "", inputChannels: 3)
      + ConvolutionUnit.tensorKeys(
        "head", "_conv_head", "_bn1", EfficientNetLite0Encoder.channels.last, headChannels, kernel: 1)
      + TensorKey.linear("classifier", "_fc", headChannels, configuration.classes)
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard tensors.convolution("_conv_stem.weight", kernel: 3) != nil, tensors["_conv_head.weight"] != nil,
      let classifier = tensors["_fc.weight"], classifier.rank == 2, classifier.count > 0
    else { return nil }
    var configuration = Configuration()
    configuration.classes = classifier[0]
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }
}
