import Layers
import Tensors

/// The features of VGG19 (Simonyan and Zisserman 2015), a classifier trained on ImageNet, for perceptual losses, which
/// compare two images' features rather than pixels (Johnson et al. 2016, Ledig et al. 2017).
///
/// `[N, H, W, 3]` in 0...1 -> the convolutions' outputs before their rectifiers (Wang et al. 2018); the last one's is
/// `[N, H / 16, W / 16, 512]`. H and W must be at least 16.
public struct VGG19Features: Network {
  /// The convolutions, named by stage and position in the stage. Each stage has half the height and width of the one
  /// before.
  public enum LayerName: String, Codable, CodingKeyRepresentable, Sendable, CaseIterable {
    case conv11 = "conv1_1"
    case conv12 = "conv1_2"
    case conv21 = "conv2_1"
    case conv22 = "conv2_2"
    case conv31 = "conv3_1"
    case conv32 = "conv3_2"
    case conv33 = "conv3_3"
    case conv34 = "conv3_4"
    case conv41 = "conv4_1"
    case conv42 = "conv4_2"
    case conv43 = "conv4_3"
    case conv44 = "conv4_4"
    case conv51 = "conv5_1"
    case conv52 = "conv5_2"
    case conv53 = "conv5_3"
    case conv54 = "conv5_4"
  }

  public struct Configuration: NetworkConfiguration {
    /// The layers whose features are taken, and their weights in a loss. The default is SRGAN's choice, VGG54.
    public var weights: [LayerName: Float] = [.conv54: 1]
    /// The channels of the first stage; 64 in the published network.
    public var width = 64

    public init() {}

    /// Real-ESRGAN's choice.
    public static var realESRGAN: Configuration {
      var configuration = Configuration()
      configuration.weights = [.conv12: 0.1, .conv22: 0.1, .conv34: 1, .conv44: 1, .conv54: 1]
      return configuration
    }

    /// The convolutions up to the last one in `weights`.
    fileprivate var convolutions: [Convolution] {
      let last = LayerName.allCases.lastIndex { weights[$0] != nil } ?? 0
      return Array(Convolution.all(width: width)[...last])
    }
  }

  /// A convolution of the published network.
  fileprivate struct Convolution {
    let name: LayerName
    let input: Int, output: Int
    let beginsStage: Bool
    /// The index in torchvision's list of convolutions, rectifiers and poolings.
    let module: Int

    static func all(width: Int) -> [Convolution] {
      var (input, module) = (3, 0)
      return LayerName.allCases.map { name in
        let digits = name.rawValue.compactMap(\.wholeNumberValue)
        let output = width * min(1 << (digits[0] - 1), 8)
        let beginsStage = digits[1] == 1
        if beginsStage && digits[0] > 1 { module += 1 }
        defer { (input, module) = (output, module + 2) }
        return Convolution(name: name, input: input, output: output, beginsStage: beginsStage, module: module)
      }
    }
  }

  public let configuration: Configuration
  public let convolutions: [Conv2D]

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    convolutions = configuration.convolutions.map { Conv2D($0.input, $0.output, kernel: 3, padding: 1) }
  }

  /// The layers whose features are taken, in the network's order.
  public var layerNames: [LayerName] { LayerName.allCases.filter { configuration.weights[$0] != nil } }

  /// The features at each of `layerNames`, in their order.
  public func features(_ input: Tensor) -> [Tensor] {
    var features: [Tensor] = []
    // As in training, each colour channel is standardised with its mean and standard deviation over ImageNet.
    var x = (input - Self.mean) / Self.deviation
    for (convolution, plan) in zip(convolutions, configuration.convolutions) {
      if plan.name != .conv11 {
        x = x.rectified()
        if plan.beginsStage { x = x.maximumPooled(window: 2) }
      }
      x = convolution(x)
      if configuration.weights[plan.name] != nil { features.append(x) }
    }
    return features
  }

  /// The features at the last of `layerNames`.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard let last = features(input).last else { preconditionFailure("`weights` names no layer to take features from") }
    return last
  }

  private static var mean: Tensor { Tensor(NDArray([0.485, 0.456, 0.406], shape: [3])) }
  private static var deviation: Tensor { Tensor(NDArray([0.229, 0.224, 0.225], shape: [3])) }

  /// The names in torchvision's files.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    configuration.convolutions.enumerated().flatMap { index, plan in
      TensorKey.convolution("convolutions.\(index)", "features.\(plan.module)", plan.input, plan.output)
    }
  }
}

extension VGG19Features {
  public static let name = "vgg19"
  public static let title = "VGG19"

  public static let settings: [Setting<Configuration>] = []

  public static func summary(of configuration: Configuration) -> String {
    "VGG19, a classifier whose features training can compare images by"
  }

  /// Recognises torchvision's files, of the whole network or its `features` alone.
  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    for prefix in ["features.", ""] {
      guard let first = tensors.convolution("\(prefix)0.weight", kernel: 3),
        tensors.convolution("\(prefix)34.weight", kernel: 3) != nil
      else { continue }
      var configuration = Configuration()
      configuration.width = first.output
      return Recognition(configuration, keys: tensorKeys(for: configuration))
    }
    return nil
  }
}
