import Tensors

/// Reflection padding of `padding` pixels on every side.
public struct ReflectionPad2D: Layer {
  private let padding: Int
  public init(_ padding: Int) { self.padding = padding }
  public func callAsFunction(_ input: Tensor) -> Tensor { input.padded(Padding(padding), mode: .reflection) }
}

/// `[N, H, W, C] -> [N, factor H, factor W, C]`, by nearest-neighbour or bilinear interpolation.
public struct Upsample: Layer {
  public enum Mode: Sendable { case nearest, bilinear }
  private let factor: Int
  private let mode: Mode

  public init(by factor: Int, mode: Mode = .nearest) {
    self.factor = factor
    self.mode = mode
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    switch mode {
    case .nearest: input.upsampledNearest(by: factor)
    case .bilinear: input.upsampledBilinear(by: factor)
    }
  }
}

/// `[N, H, W, C factor^2] -> [N, factor H, factor W, C]` (Shi et al. 2016).
public struct PixelShuffle: Layer {
  private let factor: Int
  public init(by factor: Int) { self.factor = factor }
  public func callAsFunction(_ input: Tensor) -> Tensor { input.pixelShuffled(by: factor) }
}

/// Average pooling over square windows, `[N, H, W, C] -> [N, H', W', C]` with H' = (H + 2 padding - window) / stride +
/// 1, the stride being the window's size by default. Padding counts as zeros.
public struct AveragePool2D: Layer {
  private let window: Int, stride: Int, padding: Int

  public init(window: Int, stride: Int? = nil, padding: Int = 0) {
    self.window = window
    self.stride = stride ?? window
    self.padding = padding
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    input.averagePooled(window: window, stride: stride, padding: padding)
  }
}

/// Each channel's mean over the whole image, `[N, H, W, C] -> [N, 1, 1, C]`.
public struct GlobalMean: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { input.mean(axes: [1, 2], keepingDimensions: true) }
}

/// Max pooling over square windows, `[N, H, W, C] -> [N, H', W', C]` with H' = (H + 2 padding - window) / stride + 1,
/// the stride being the window's size by default. Padding is never the maximum, and is at most half a window.
public struct MaxPool2D: Layer {
  private let window: Int, stride: Int, padding: Int

  public init(window: Int, stride: Int? = nil, padding: Int = 0) {
    self.window = window
    self.stride = stride ?? window
    self.padding = padding
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    input.maximumPooled(window: window, stride: stride, padding: padding)
  }
}

/// Zeroes values at random in training, and does nothing otherwise.
public struct Dropout: Layer {
  private let rate: Float
  public init(rate: Float = 0.5) { self.rate = rate }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard let context = TrainingContext.current else { return input }
    return input.droppedOut(rate: rate, random: context.nextRandom(), firstImage: context.firstImage)
  }
}
