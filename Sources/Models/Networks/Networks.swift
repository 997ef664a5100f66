import Synchronization

/// The registry of all networks that recipes can name, model files can hold, and inspection and benchmarks cover.
///
/// A program that uses this library must add its own networks before it reads recipes or models.
public enum Networks {
  private static let builtIn: [any Network.Type] = [
    ResNetGenerator.self,
    UNetGenerator.self,
    EncoderUNet.self,
    ColorBinNetwork.self,
    ECCV16.self,
    SIGGRAPH17.self,
    DeOldify.self,
    DDColor.self,
    SRResNet.self,
    MSRResNet.self,
    RRDBNet.self,
    SRVGGNet.self,
    SPAN.self,
    RealPLKSR.self,
    SwinIR.self,
    HAT.self,
    DAT.self,
    SRFormer.self,
    OmniSR.self,
    PatchDiscriminator.self,
    PixelDiscriminator.self,
    VGGDiscriminator.self,
    UNetDiscriminator.self,
    VGGFeatures.self,
    AlexNetFeatures.self,
    EfficientNetLite0.self,
    InceptionV3.self,
    ConvolutionalClassifier.self,
    ConnectedClassifier.self,
    ConnectedGenerator.self,
    DCGANGenerator.self,
    ResidualGenerator.self,
    StyleGAN2Generator.self,
    BigGANGenerator.self,
    ConnectedDiscriminator.self,
    DCGANDiscriminator.self,
    ResidualDiscriminator.self,
    StyleGAN2Discriminator.self,
    BigGANDiscriminator.self,
  ]

  private static let list = Mutex(builtIn)

  /// The built-in ones, then those added.
  public static var all: [any Network.Type] { list.withLock { $0 } }

  public static var generators: [any GeneratorNetwork.Type] { all.compactMap { $0 as? any GeneratorNetwork.Type } }
  /// Those that judge parts of images, or images beside which there are others to go by.
  public static var discriminators: [any DiscriminatorNetwork.Type] {
    all.compactMap { $0 is any WholeDiscriminator.Type ? nil : $0 as? any DiscriminatorNetwork.Type }
  }

  /// Those that judge whole images made of noise.
  public static var wholeDiscriminators: [any WholeDiscriminator.Type] {
    all.compactMap { $0 as? any WholeDiscriminator.Type }
  }

  /// Generators from noise.
  public static var synthesis: [any SynthesisNetwork.Type] { all.compactMap { $0 as? any SynthesisNetwork.Type } }

  public static var classifiers: [any ClassifierNetwork.Type] { all.compactMap { $0 as? any ClassifierNetwork.Type } }

  /// Those that model files hold.
  public static var models: [any Network.Type] { generators.map { $0 } + classifiers.map { $0 } + synthesis.map { $0 } }

  /// Those by whose features sets of images can be compared.
  public static var features: [any FeatureNetwork.Type] { all.compactMap { $0 as? any FeatureNetwork.Type } }

  /// Adds a network; it replaces any network of the same kind and name.
  public static func add(_ network: any Network.Type) {
    list.withLock { list in
      list.removeAll { $0.name == network.name && isSameKind($0, network) }
      list.append(network)
    }
  }

  private static func isSameKind(_ left: any Network.Type, _ right: any Network.Type) -> Bool {
    left is any GeneratorNetwork.Type == right is any GeneratorNetwork.Type
      && left is any DiscriminatorNetwork.Type == right is any DiscriminatorNetwork.Type
  }

  public static func generator(named name: String) -> (any GeneratorNetwork.Type)? {
    generators.first { $0.name == name }
  }

  public static func model(named name: String) -> (any Network.Type)? { models.first { $0.name == name } }

  public static func discriminator(named name: String) -> (any DiscriminatorNetwork.Type)? {
    discriminators.first { $0.name == name }
  }

  public static var benchmarks: [NetworkBenchmark] { all.flatMap { $0.benchmarks } }

  public static func benchmark(named name: String) -> NetworkBenchmark? { benchmarks.first { $0.name == name } }
}
