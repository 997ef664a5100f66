import Layers

/// What a parameter or statistic of a model is called in PyTorch's files, and how its values lie there.
public struct PyTorchKey: Sendable, Equatable {
  public enum Layout: Sendable, Equatable {
    /// Ours `[kH, kW, in, out]`, PyTorch's `[out, in, kH, kW]`.
    case convolution
    /// Ours `[kH, kW, out, in]`, PyTorch's `[in, out, kH, kW]`.
    case transposedConvolution
    /// Ours `[in, out]`, PyTorch's `[out, in]`.
    case linear
    /// The same in both.
    case vector

    /// For `Tensor.transposed`: from PyTorch's axes to ours.
    public var axesFromPyTorch: [Int] {
      switch self {
      case .convolution, .transposedConvolution: [2, 3, 1, 0]
      case .linear: [1, 0]
      case .vector: [0]
      }
    }

    /// For `Tensor.transposed`: from our axes to PyTorch's.
    public var axesToPyTorch: [Int] {
      switch self {
      case .convolution, .transposedConvolution: [3, 2, 0, 1]
      case .linear: [1, 0]
      case .vector: [0]
      }
    }
  }

  /// The path in the model (`residual.3.second.convolution.weight`).
  public let path: String
  /// The name in the file (`model.13.conv_block.5.weight`).
  public let key: String
  public let layout: Layout

  static func convolution(
    _ path: String, _ key: String, layout: Layout = .convolution, hasBias: Bool = true
  ) -> [PyTorchKey] {
    [PyTorchKey(path: "\(path).weight", key: "\(key).weight", layout: layout)]
      + (hasBias ? [PyTorchKey(path: "\(path).bias", key: "\(key).bias", layout: .vector)] : [])
  }

  static func norm(_ path: String, _ key: String, _ norm: Norm) -> [PyTorchKey] {
    switch norm {
    case .instance: []
    case .batch:
      [("scale", "weight"), ("shift", "bias"), ("runningMean", "running_mean"), ("runningVariance", "running_var")].map
      {
        PyTorchKey(path: "\(path).\($0)", key: "\(key).\($1)", layout: .vector)
      }
    }
  }

  /// A `ConvBlock`.
  static func block(_ path: String, _ key: String, norm normKey: String, _ norm: Norm) -> [PyTorchKey] {
    convolution("\(path).convolution", key, hasBias: norm.leavesBiasToConvolution)
      + self.norm("\(path).norm", normKey, norm)
  }
}
