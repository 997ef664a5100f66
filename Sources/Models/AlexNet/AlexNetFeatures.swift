import Layers
import Tensors

/// The convolutions of AlexNet as torchvision has it (Krizhevsky 2014), a classifier trained on ImageNet, by whose
/// features images can be compared.
///
/// `[N, H, W, 3]` in 0...1 -> the last convolution's output after its rectifier, about `[N, H / 16, W / 16, 256]`. H and W
/// must be at least 31.
public struct AlexNetFeatures: Network {
  public struct Configuration: NetworkConfiguration {
    /// The channels of the first convolution; 64 in the published network. The others have 3, 6, 4 and 4 times as many.
    public var width = 64

    public init() {}

    var convolutions: [Convolution] {
      [
        Convolution(index: 0, input: 3, output: width, kernel: 11, stride: 4, padding: 2),
        Convolution(index: 3, input: width, output: 3 * width, kernel: 5, padding: 2),
        Convolution(index: 6, input: 3 * width, output: 6 * width, kernel: 3, padding: 1),
        Convolution(index: 8, input: 6 * width, output: 4 * width, kernel: 3, padding: 1),
        Convolution(index: 10, input: 4 * width, output: 4 * width, kernel: 3, padding: 1),
      ]
    }
  }

  /// A convolution of the published network.
  struct Convolution {
    /// Its place in torchvision's list of convolutions, rectifiers and poolings.
    let index: Int
    let input: Int, output: Int, kernel: Int
    var stride = 1
    let padding: Int

    /// Whether a pooling comes before it.
    var followsPooling: Bool { [3, 6].contains(index) }
  }

  public let configuration: Configuration
  public let convolutions: [Conv2D]

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    convolutions = configuration.convolutions.map {
      Conv2D($0.input, $0.output, kernel: $0.kernel, stride: $0.stride, padding: $0.padding)
    }
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    var last = input
    visitLayers(of: input) { last = $0 }
    return last
  }
}

extension AlexNetFeatures: PerceptualNetwork {
  public static let smallestSide = 31
  public var valuesPerPixel: Int { 3 * 3 + configuration.width / 4 }
  public var layerChannels: [Int] { configuration.convolutions.map(\.output) }

  public func visitLayers(of images: Tensor, _ visit: (Tensor) -> Void) {
    var x = ImageNet.standardized(images)
    for (convolution, plan) in zip(convolutions, configuration.convolutions) {
      if plan.followsPooling { x = x.maximumPooled(window: 3, stride: 2) }
      x = convolution(x).rectified()
      visit(x)
    }
  }
}

extension AlexNetFeatures {
  public static let name = "alexnet"
  public static let title = "AlexNet"

  public static let settings: [Setting<Configuration>] = []

  public static func summary(of configuration: Configuration) -> String {
    "AlexNet, a classifier whose features images can be compared by"
  }

  /// Recognises torchvision's files, and those in which PyPI's lpips keeps it in slices.
  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    for isSliced in [false, true] {
      var configuration = Configuration()
      guard let first = tensorKeys(for: configuration, isSliced: isSliced).first,
        let channels = tensors.convolution(first.key, kernel: 11)
      else { continue }
      configuration.width = channels.output
      let keys = tensorKeys(for: configuration, isSliced: isSliced)
      if keys.allSatisfy({ tensors[$0.key] == $0.shape }) { return Recognition(configuration, keys: keys) }
    }
    return nil
  }

  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    tensorKeys(for: configuration, isSliced: false)
  }

  private static func tensorKeys(for configuration: Configuration, isSliced: Bool) -> [TensorKey] {
    configuration.convolutions.enumerated().flatMap { number, plan in
      let prefix = isSliced ? "net.slice\(number + 1)" : "features"
      return TensorKey.convolution(
        "convolutions.\(number)", "\(prefix).\(plan.index)", plan.input, plan.output, kernel: plan.kernel)
    }
  }
}
