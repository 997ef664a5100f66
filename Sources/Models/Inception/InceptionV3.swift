import Layers
import Tensors

/// InceptionV3 (Szegedy et al. 2016), a classifier trained on ImageNet. FID and KID compare sets of images by the features
/// that its last layer sees (Heusel et al. 2017, Binkowski et al. 2018).
///
/// `[N, H, W, 3]` in -1...1 -> logits `[N, classes]`; H and W at least 75, as published 299.
public struct InceptionV3: Network {
  /// Two networks with the same tensors are published, with other weights and other pooling.
  public enum Form: String, Codable, Sendable, CaseIterable {
    /// The one that published FIDs were measured with, from TensorFlow: means count no padding, and the last block has
    /// maxima in their place.
    case fid
    /// torchvision's: means count padding as zeros.
    case torchvision
  }

  public struct Configuration: NetworkConfiguration {
    public var form = Form.fid
    /// 1,008 in FID's form, and 1,000 in torchvision's as published.
    public var classes = 1008

    public init() {}
  }

  static let featureCount = 2048

  public let configuration: Configuration
  public let stem: [InceptionUnit]
  public let blocks: [InceptionBlock]
  public let classifier: Linear

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    stem = Self.stemPlans.map { InceptionUnit($0) }
    blocks = Self.blockPlans(configuration.form).map { InceptionBlock($0) }
    classifier = Linear(Self.featureCount, configuration.classes)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { classifier(pooled(input)) }

  /// What the classifier sees, `[N, 2048]`.
  func pooled(_ input: Tensor) -> Tensor {
    var x = input
    for (index, unit) in stem.enumerated() {
      x = unit(x)
      if Self.stemPoolings.contains(index) { x = x.maximumPooled(window: 3, stride: 2) }
    }
    return blocks.reduce(x) { $1($0) }.mean(axes: [1, 2])
  }

  static let stemPlans = [
    InceptionUnit.Plan("Conv2d_1a_3x3", 3, 32, kernel: Size(3), stride: 2, isPadded: false),
    InceptionUnit.Plan("Conv2d_2a_3x3", 32, 32, kernel: Size(3), isPadded: false),
    InceptionUnit.Plan("Conv2d_2b_3x3", 32, 64, kernel: Size(3)),
    InceptionUnit.Plan("Conv2d_3b_1x1", 64, 80, kernel: Size(1)),
    InceptionUnit.Plan("Conv2d_4a_3x3", 80, 192, kernel: Size(3), isPadded: false),
  ]
  /// The places in the stem after which the image is halved.
  private static let stemPoolings = [2, 4]

  static func blockPlans(_ form: Form) -> [InceptionBlock.Plan] {
    typealias Plan = InceptionBlock.Plan
    let mean = InceptionBlock.Pooling.average(countsPadding: form == .torchvision)
    return [
      Plan.a("Mixed_5b", 192, projected: 32, mean),
      Plan.a("Mixed_5c", 256, projected: 64, mean),
      Plan.a("Mixed_5d", 288, projected: 64, mean),
      Plan.b("Mixed_6a", 288),
      Plan.c("Mixed_6b", inner: 128, mean),
      Plan.c("Mixed_6c", inner: 160, mean),
      Plan.c("Mixed_6d", inner: 160, mean),
      Plan.c("Mixed_6e", inner: 192, mean),
      Plan.d("Mixed_7a", 768),
      Plan.e("Mixed_7b", 1280, mean),
      Plan.e("Mixed_7c", 2048, form == .fid ? .maximum : mean),
    ]
  }
}
