import Layers
import Tensors

extension SRResNet {
  /// What published generators have in different ways.
  public struct Parts: Codable, Sendable, Equatable {
    public enum NormKind: String, Codable, Sendable, CaseIterable {
      case none, batch, affineInstance
    }

    public enum Rectifier: String, Codable, Sendable, CaseIterable {
      /// A learnt slope for all channels, or one for each.
      case parametric, parametricByChannel
      /// ReLU, or LeakyReLU of slope 0.2.
      case rectified, leaky
    }

    /// What the values inside the network stand for, where images are in 0...1.
    public enum Values: String, Codable, Sendable, CaseIterable {
      /// The image's own.
      case unit
      /// -1...1.
      case signed
      /// Less the means of ImageNet's colours, divided by their deviations.
      case imageNet
    }

    /// The side of the first and the last convolution, in pixels.
    public var edgeKernel = 9
    public var norm = NormKind.batch
    public var epsilon: Float = 1e-5
    public var rectifier = Rectifier.parametric
    /// Whether the first and last convolutions have biases, and so on.
    public var hasEdgeBiases = true, hasBlockBiases = false, hasTrunkBias = false, hasUpsamplingBiases = true
    public var hasTrunkNorm = true
    public var hasTrunkRectifier = false
    /// Whether a norm follows each upsampling's convolution, before its shuffle.
    public var hasUpsamplingNorms = false
    /// Whether the output is a hyperbolic tangent.
    public var hasTanh = false
    public var input = Values.unit, output = Values.unit

    /// As published.
    public init() {}

    /// Those of `Variant.bounded`.
    static let bounded = {
      var parts = Parts()
      (parts.hasBlockBiases, parts.hasTrunkBias, parts.hasTrunkNorm, parts.hasTrunkRectifier) = (
        true, true, false, true
      )
      (parts.hasTanh, parts.output) = (true, .signed)
      return parts
    }()

    var hasParametricRectifiers: Bool { rectifier == .parametric || rectifier == .parametricByChannel }

    func makeNorm(_ channels: Int) -> (any Layer)? {
      switch norm {
      case .none: nil
      case .batch: BatchNorm2D(channels, epsilon: epsilon)
      case .affineInstance: InstanceNorm2D(channels: channels)
      }
    }

    /// PyTorch-GAN's norms in the upsampling have the usual epsilon whatever the others have.
    func makeUpsamplingNorm(_ channels: Int) -> (any Layer)? {
      norm == .batch ? BatchNorm2D(channels) : makeNorm(channels)
    }

    func makeRectifier(_ channels: Int) -> any Layer {
      switch rectifier {
      case .parametric: PReLU()
      case .parametricByChannel: PReLU(channels: channels)
      case .rectified: ReLU()
      case .leaky: LeakyReLU()
      }
    }

    /// How this network differs from the published one, for summaries.
    var differences: [String] {
      var differences: [String] = []
      if edgeKernel != 9 { differences.append("\(edgeKernel)x\(edgeKernel) at its ends") }
      if norm != .batch { differences.append(norm == .none ? "no norms" : "instance norms") }
      if epsilon != 1e-5 { differences.append("norms with an epsilon of \(epsilon)") }
      switch rectifier {
      case .parametric: break
      case .parametricByChannel: differences.append("slopes for each channel")
      case .rectified: differences.append("ReLU")
      case .leaky: differences.append("LeakyReLU")
      }
      if norm != .none, !hasTrunkNorm { differences.append("no norm after its blocks") }
      if hasTrunkRectifier { differences.append("a rectifier after its blocks") }
      if hasUpsamplingNorms { differences.append("norms in its upsampling") }
      if hasTanh { differences.append("tanh at its end") }
      if input != .unit { differences.append("input as \(input.rawValue)") }
      return differences
    }
  }
}

extension SRResNet.Parts.Values {
  /// The means and deviations of ImageNet's colours.
  static let colors: (mean: [Float], deviation: [Float]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])

  /// From an image in 0...1.
  func encoded(_ image: Tensor) -> Tensor {
    switch self {
    case .unit: return image
    case .signed: return image * 2 - 1
    case .imageNet:
      let colors = Self.colors
      return (image - Tensor(NDArray(colors.mean, shape: [3]))) / Tensor(NDArray(colors.deviation, shape: [3]))
    }
  }

  /// To an image in 0...1.
  func decoded(_ values: Tensor) -> Tensor {
    switch self {
    case .unit: return values
    case .signed: return values * 0.5 + 0.5
    case .imageNet:
      let colors = Self.colors
      return values * Tensor(NDArray(colors.deviation, shape: [3])) + Tensor(NDArray(colors.mean, shape: [3]))
    }
  }
}
