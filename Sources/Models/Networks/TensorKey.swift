import Layers
import Tensors

/// The name, shape and memory layout that a network's parameter or running statistic has in files.
public struct TensorKey: Sendable, Equatable {
  public enum Layout: Sendable, Equatable {
    /// Ours `[kH, kW, in, out]`, PyTorch's `[out, in, kH, kW]`; in groups, `in` is that of one group, 1 if depthwise.
    case convolution
    /// Ours `[kH, kW, out, in]`, PyTorch's `[in, out, kH, kW]`.
    case transposedConvolution
    /// Ours `[in, out]`, PyTorch's `[out, in]`.
    case linear
    /// Ours `[k, in, out]`, PyTorch's `[out, in, k]`.
    case sequenceConvolution
    /// Ours `[H, W, channels]`, PyTorch's `[channels, H, W]`.
    case image
    /// The same layout in the file and in the network.
    case same

    /// The permutation for `Tensor.transposed` from the file's axes to ours; nil if they are the same.
    public var axesFromFile: [Int]? {
      switch self {
      case .convolution, .transposedConvolution: [2, 3, 1, 0]
      case .linear: [1, 0]
      case .sequenceConvolution: [2, 1, 0]
      case .image: [1, 2, 0]
      case .same: nil
      }
    }

    /// The permutation for `Tensor.transposed` from our axes to the file's; nil if they are the same.
    public var axesToFile: [Int]? {
      switch self {
      case .convolution, .transposedConvolution: [3, 2, 0, 1]
      case .linear: [1, 0]
      case .sequenceConvolution: [2, 1, 0]
      case .image: [2, 0, 1]
      case .same: nil
      }
    }
  }

  /// The path in the network, such as `residual.3.second.convolution.weight`.
  public let path: String
  /// The name in the file, such as `model.13.conv_block.5.weight`.
  public let key: String
  public let layout: Layout
  /// The shape of the tensor in the file, in the file's layout.
  public let shape: Shape

  public init(path: String, key: String, layout: Layout, shape: Shape) {
    self.path = path
    self.key = key
    self.layout = layout
    self.shape = shape
  }

  static func convolution(
    _ path: String, _ key: String, _ inputChannels: Int, _ outputChannels: Int, kernel: Int = 3, groups: Int = 1,
    layout: Layout = .convolution, hasBias: Bool = true
  ) -> [TensorKey] {
    let channels =
      layout == .transposedConvolution ? [inputChannels, outputChannels] : [outputChannels, inputChannels / groups]
    let weight = TensorKey(
      path: "\(path).weight", key: "\(key).weight", layout: layout, shape: Shape(channels + [kernel, kernel]))
    return [weight] + (hasBias ? [vector("\(path).bias", "\(key).bias", outputChannels)] : [])
  }

  static func linear(_ path: String, _ key: String, _ inputFeatures: Int, _ outputFeatures: Int) -> [TensorKey] {
    [
      TensorKey(
        path: "\(path).weight", key: "\(key).weight", layout: .linear, shape: [outputFeatures, inputFeatures]),
      vector("\(path).bias", "\(key).bias", outputFeatures),
    ]
  }

  static func vector(_ path: String, _ key: String, _ count: Int) -> TensorKey {
    TensorKey(path: path, key: key, layout: .same, shape: [count])
  }

  /// A factor and an addend for each channel.
  static func affine(_ path: String, _ key: String, _ channels: Int) -> [TensorKey] {
    [vector("\(path).scale", "\(key).weight", channels), vector("\(path).shift", "\(key).bias", channels)]
  }

  static func norm(_ path: String, _ key: String, _ norm: Norm, _ channels: Int) -> [TensorKey] {
    switch norm {
    case .instance: []
    case .affineInstance: affine(path, key, channels)
    case .batch:
      [("scale", "weight"), ("shift", "bias"), ("runningMean", "running_mean"), ("runningVariance", "running_var")].map
      {
        vector("\(path).\($0)", "\(key).\($1)", channels)
      }
    }
  }

  /// The keys of a `SpectralConv2D`.
  static func spectralConvolution(
    _ path: String, _ key: String, _ inputChannels: Int, _ outputChannels: Int, kernel: Int
  ) -> [TensorKey] {
    [
      TensorKey(
        path: "\(path).weight", key: "\(key).weight_orig", layout: .convolution,
        shape: [outputChannels, inputChannels, kernel, kernel]),
      vector("\(path).outputDirection", "\(key).weight_u", outputChannels),
      vector("\(path).inputDirection", "\(key).weight_v", inputChannels * kernel * kernel),
    ]
  }

  /// The keys of a `ConvBlock`.
  static func block(
    _ path: String, _ key: String, _ inputChannels: Int, _ outputChannels: Int, kernel: Int = 3, norm normKey: String,
    _ norm: Norm
  ) -> [TensorKey] {
    convolution(
      "\(path).convolution", key, inputChannels, outputChannels, kernel: kernel, hasBias: norm.leavesBiasToConvolution)
      + self.norm("\(path).norm", normKey, norm, outputChannels)
  }
}
