import Layers
import Tensors

/// The features of VGG16 or VGG19 (Simonyan and Zisserman 2015), classifiers trained on ImageNet, for perceptual losses,
/// which compare two images' features rather than pixels (Johnson et al. 2016, Ledig et al. 2017).
///
/// `[N, H, W, 3]` in 0...1 -> the convolutions' outputs before their rectifiers (Wang et al. 2018); the last one's is
/// `[N, H / 16, W / 16, 512]`, and a little larger with anti-aliased pooling. H and W must be at least 16.
public struct VGGFeatures: Network {
  /// How a stage's output is halved for the next.
  public enum Pooling: String, Codable, Sendable {
    /// The maximum of 2x2 pixels, as published.
    case maximum
    /// The maximum of 2x2 pixels around every place, blurred before every second one is taken (Zhang 2019), so that
    /// features hardly change when the image is shifted. Plain pooling tells apart pixels of even and odd places, and a
    /// loss through it may favour a grid.
    case antialiased
  }

  public struct Configuration: NetworkConfiguration {
    public var depth = Depth.vgg19
    public var pooling = Pooling.maximum
    /// The layers whose features are taken, and their weights in a loss. The default is SRGAN's choice, VGG54.
    public var weights: [LayerName: Float] = [.conv54: 1]
    /// The channels of the first stage; 64 in the published networks.
    public var width = 64

    public init() {}

    /// The convolutions up to the last one in `weights`.
    var convolutions: [Convolution] {
      let all = Convolution.all(of: depth, width: width)
      let last = all.lastIndex { weights[$0.name] != nil } ?? 0
      return Array(all[...last])
    }
  }

  public let configuration: Configuration
  public let convolutions: [Conv2D]

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    convolutions = configuration.convolutions.map { Conv2D($0.input, $0.output, kernel: 3, padding: 1) }
  }

  /// The layers whose features are taken, in the network's order.
  public var layerNames: [LayerName] { configuration.depth.layers.filter { configuration.weights[$0] != nil } }

  /// The features at each of `layerNames`, in their order.
  public func features(_ input: Tensor) -> [Tensor] {
    var features: [Tensor] = []
    visitFeatures(of: input) { features.append($0) }
    return features
  }

  /// Passes on the features at each of `layerNames` as soon as they are computed.
  func visitFeatures(of input: Tensor, _ visit: (Tensor) -> Void) {
    var x = ImageNet.standardized(input)
    for (convolution, plan) in zip(convolutions, configuration.convolutions) {
      if plan.name != .conv11 {
        x = x.rectified()
        if plan.beginsStage { x = pooled(x) }
      }
      x = convolution(x)
      if configuration.weights[plan.name] != nil { visit(x) }
    }
  }

  /// The features at the last of `layerNames`.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard let last = features(input).last else { preconditionFailure("`weights` names no layer to take features from") }
    return last
  }

  private func pooled(_ input: Tensor) -> Tensor {
    switch configuration.pooling {
    case .maximum: input.maximumPooled(window: 2)
    case .antialiased: input.maximumPooled(window: 2, stride: 1).blurred(stride: 2, padding: 2)
    }
  }
}
