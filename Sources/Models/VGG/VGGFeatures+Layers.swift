extension VGGFeatures {
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

    /// From 1 to 5.
    var stage: Int { digits[0] }
    /// From 1.
    var position: Int { digits[1] }

    private var digits: [Int] { rawValue.compactMap(\.wholeNumberValue) }
  }

  public enum Depth: String, Codable, Sendable, CaseIterable {
    /// Its stages have 2, 2, 3, 3 and 3 convolutions.
    case vgg16
    /// Its stages have 2, 2, 4, 4 and 4 convolutions.
    case vgg19

    public var layers: [LayerName] {
      LayerName.allCases.filter { $0.position <= (self == .vgg19 ? 4 : 3) }
    }

    /// The last convolution of each stage.
    var lastLayers: [LayerName] {
      (1...5).compactMap { stage in layers.last { $0.stage == stage } }
    }
  }

  /// Published choices of the layers that a loss compares. Where they name VGG19's last convolution of a stage, VGG16's
  /// last of that stage stands for it.
  public enum LayerChoice: String, Sendable, CaseIterable {
    /// The last convolution, as in SRGAN and ESRGAN: conv5_4, in VGG16 conv5_3.
    case vgg54
    /// Real-ESRGAN's five layers, from fine to coarse: conv1_2, conv2_2, conv3_4, conv4_4 and conv5_4, in VGG16 conv1_2,
    /// conv2_2, conv3_3, conv4_3 and conv5_3. The first two weigh a tenth.
    case realESRGAN

    public func weights(in depth: Depth) -> [LayerName: Float] {
      switch self {
      case .vgg54: Dictionary(uniqueKeysWithValues: depth.lastLayers.suffix(1).map { ($0, 1) })
      case .realESRGAN: Dictionary(uniqueKeysWithValues: zip(depth.lastLayers, [0.1, 0.1, 1, 1, 1]))
      }
    }
  }

  /// A convolution of a published network.
  struct Convolution {
    let name: LayerName
    let input: Int, output: Int

    var beginsStage: Bool { name.position == 1 }

    static func all(of depth: Depth, width: Int) -> [Convolution] {
      var input = 3
      return depth.layers.map { name in
        let output = width * min(1 << (name.stage - 1), 8)
        defer { input = output }
        return Convolution(name: name, input: input, output: output)
      }
    }
  }
}
