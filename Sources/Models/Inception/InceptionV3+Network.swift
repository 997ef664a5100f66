import Layers
import Tensors

extension InceptionV3 {
  public static let name = "inception-v3"
  public static let title = "InceptionV3"

  public static let settings: [Setting<Configuration>] = [.integer("classes", \.classes, 1...100_000)]

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }

  public static func summary(of configuration: Configuration) -> String {
    let form = configuration.form == .fid ? "in the form that FID is measured with" : "in torchvision's form"
    return "InceptionV3 \(form), a classifier by whose features sets of images can be compared"
  }

  /// The names in the files of torchvision and pytorch-fid, without those of the auxiliary classifier.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    stemPlans.enumerated().flatMap { InceptionUnit.tensorKeys("stem.\($0)", prefix: "", $1) }
      + blockPlans(configuration.form).enumerated().flatMap { index, plan in
        InceptionBlock.tensorKeys("blocks.\(index)", plan)
      } + TensorKey.linear("classifier", "fc", featureCount, configuration.classes)
  }

  /// The two forms have the same tensors, except that the classifier of FID's network has 1,008 classes, and no
  /// auxiliary one beside it.
  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard tensors.convolution("Conv2d_1a_3x3.conv.weight", kernel: 3) != nil,
      let classifier = tensors["fc.weight"], classifier.rank == 2, classifier.count > 0
    else { return nil }
    var configuration = Configuration()
    configuration.classes = classifier[0]
    let hasAuxiliary = tensors["AuxLogits.fc.weight"] != nil
    configuration.form = classifier[0] == classesOfFID && !hasAuxiliary ? .fid : .torchvision
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }

  private static let classesOfFID = 1008
}

extension InceptionV3: FeatureNetwork {
  /// As pytorch-fid prepares images.
  public var view: FeatureView { .stretched(side: 299) }

  public func pooledFeatures(of images: Tensor) -> Tensor { pooled(images * 2 - 1) }

  /// In FID's form without the last layer's addends, as the published inception scores were computed.
  public func probabilities(ofFeatures features: Tensor) -> Tensor? {
    switch configuration.form {
    case .fid: features.matrixProduct(with: classifier.weight.tensor).softmax()
    case .torchvision: classifier(features).softmax()
    }
  }
}

extension InceptionBlock {
  fileprivate static func tensorKeys(_ path: String, _ plan: Plan) -> [TensorKey] {
    let prefix = "\(plan.name)."
    func keys(_ path: String, _ units: [InceptionUnit.Plan]) -> [TensorKey] {
      units.enumerated().flatMap { InceptionUnit.tensorKeys("\(path).\($0)", prefix: prefix, $1) }
    }
    return plan.branches.enumerated().flatMap { index, branch in
      keys("\(path).branches.\(index).units", branch.units) + keys("\(path).branches.\(index).fork", branch.fork)
    } + (plan.projection.map { InceptionUnit.tensorKeys("\(path).projection", prefix: prefix, $0) } ?? [])
  }
}

extension InceptionUnit {
  fileprivate static func tensorKeys(_ path: String, prefix: String, _ plan: Plan) -> [TensorKey] {
    let key = prefix + plan.name
    let weight = TensorKey(
      path: "\(path).convolution.weight", key: "\(key).conv.weight", layout: .convolution,
      shape: [plan.output, plan.input, plan.kernel.height, plan.kernel.width])
    return [weight] + TensorKey.norm("\(path).norm", "\(key).bn", .batch, plan.output)
  }
}
