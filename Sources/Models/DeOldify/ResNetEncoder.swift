import Layers
import Tensors

/// ResNet without its classifier (He et al. 2016), as torchvision builds it: features at a half, a quarter, an eighth, a
/// sixteenth and a thirty-second of the image's size.
public struct ResNetEncoder {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Blocks of two 3x3 convolutions.
    case basic
    /// Blocks of a 1x1, a 3x3 and a 1x1 convolution with four times the channels.
    case bottleneck

    var expansion: Int { self == .basic ? 1 : 4 }
  }

  public let stem: ConvBlock
  public let blocks: [[Block]]

  /// - Parameter depths: the number of blocks of each size, four of them.
  init(_ kind: Kind, width: Int, depths: [Int]) {
    stem = ConvBlock(3, width, kernel: 7, stride: 2, padding: 3, norm: .batch)
    var channels = width
    blocks = depths.enumerated().map { size, depth in
      (0..<depth).map { index in
        defer { channels = width << size * kind.expansion }
        return Block(kind, channels, width: width << size, stride: index == 0 && size > 0 ? 2 : 1)
      }
    }
  }

  /// The channels of the features, from the largest to the smallest.
  static func channels(_ kind: Kind, width: Int) -> [Int] {
    [width] + (0..<4).map { (width << $0) * kind.expansion }
  }

  /// From the largest to the smallest.
  func features(_ image: Tensor) -> [Tensor] {
    var features = [stem(image)]
    var x = features[0].maximumPooled(window: 3, stride: 2, padding: 1)
    for size in blocks {
      for block in size { x = block(x) }
      features.append(x)
    }
    return features
  }

  public struct Block: Layer {
    public let convolutions: [ConvBlock]
    public let projection: ConvBlock?

    init(_ kind: Kind, _ inputChannels: Int, width: Int, stride: Int) {
      let outputs = width * kind.expansion
      func block(_ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, isLast: Bool = false) -> ConvBlock {
        ConvBlock(
          inputs, outputs, kernel: kernel, stride: stride, padding: kernel / 2, norm: .batch,
          negativeSlope: isLast ? 1 : 0)
      }
      convolutions =
        switch kind {
        case .basic:
          [block(inputChannels, width, kernel: 3, stride: stride), block(width, width, kernel: 3, isLast: true)]
        case .bottleneck:
          [
            block(inputChannels, width, kernel: 1), block(width, width, kernel: 3, stride: stride),
            block(width, outputs, kernel: 1, isLast: true),
          ]
        }
      projection =
        stride > 1 || inputChannels != outputs
        ? block(inputChannels, outputs, kernel: 1, stride: stride, isLast: true) : nil
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      (convolutions.reduce(input) { $1($0) } + (projection?(input) ?? input)).rectified()
    }
  }

  /// The names in the files of fastai, where the encoder is a list of torchvision's modules.
  static func keys(_ path: String, _ key: String, _ kind: Kind, width: Int, depths: [Int]) -> [TensorKey] {
    var keys = TensorKey.block("\(path).stem", "\(key).0", 3, width, kernel: 7, norm: "\(key).1", .batch)
    var channels = width
    for (size, depth) in depths.enumerated() {
      let inner = width << size
      let outputs = inner * kind.expansion
      for index in 0..<depth {
        let (block, name) = ("\(path).blocks.\(size).\(index)", "\(key).\(size + 4).\(index)")
        let plan =
          kind == .basic
          ? [(channels, inner, 3), (inner, inner, 3)] : [(channels, inner, 1), (inner, inner, 3), (inner, outputs, 1)]
        for (number, (inputs, outputs, kernel)) in plan.enumerated() {
          keys += TensorKey.block(
            "\(block).convolutions.\(number)", "\(name).conv\(number + 1)", inputs, outputs, kernel: kernel,
            norm: "\(name).bn\(number + 1)", .batch)
        }
        if index == 0 && (size > 0 || channels != outputs) {
          keys += TensorKey.block(
            "\(block).projection", "\(name).downsample.0", channels, outputs, kernel: 1, norm: "\(name).downsample.1",
            .batch)
        }
        channels = outputs
      }
    }
    return keys
  }
}
