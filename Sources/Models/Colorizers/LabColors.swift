import Foundation
import Tensors

/// Conversions between CIE Lab and sRGB, each the sum of a straight line and a power, with the digits that photographs are
/// read and written by.
enum LabColors {
  /// L / 50 - 1 -> sRGB's gray of that lightness in 0...1, in the same shape.
  static func gray(ofLightness lightness: Tensor) -> Tensor {
    let offset: Float = 16.0 / 116
    let corner: Float = 24.0 / 116
    let root = lightness * (50.0 / 116) + 66.0 / 116
    let line = (root.clamped(to: offset...corner) - offset) / 7.787
    let curve = root.clamped(to: corner...1)
    return sample(ofLinear: line + curve * curve.squared() - corner * corner * corner)
  }

  /// sRGB in 0...1, `[N, H, W, 3]` -> a / 110 and b / 110, `[N, H, W, 2]`.
  static func chroma(of image: Tensor) -> Tensor {
    let light = linear(image)
    func root(_ red: Float, _ green: Float, _ blue: Float, white: Float) -> Tensor {
      let weights = Tensor(NDArray([red / white, green / white, blue / white], shape: [3]))
      return self.root((light * weights).sum(axes: [3], keepingDimensions: true))
    }
    let x = root(0.412453, 0.357580, 0.180423, white: 0.95047)
    let y = root(0.212671, 0.715160, 0.072169, white: 1)
    let z = root(0.019334, 0.119193, 0.950227, white: 1.08883)
    return concatenated([(x - y) * (500.0 / 110), (y - z) * (200.0 / 110)], axis: 3)
  }

  /// The luma of ITU-R BT.601, `[N, H, W, 3] -> [N, H, W, 1]`.
  static func luma(of image: Tensor) -> Tensor {
    (image * Tensor(NDArray([0.299, 0.587, 0.114], shape: [3]))).sum(axes: [3], keepingDimensions: true)
  }

  private static func sample(ofLinear light: Tensor) -> Tensor {
    let corner: Float = 0.0031308
    let curve = light.clamped(to: corner...1).power(1 / 2.4) - pow(corner, 1 / 2.4)
    return light.clamped(to: 0...corner) * 12.92 + curve * 1.055
  }

  private static func linear(_ sample: Tensor) -> Tensor {
    let corner: Float = 0.04045
    let curve = ((sample.clamped(to: corner...1) + 0.055) / 1.055).power(2.4) - pow((corner + 0.055) / 1.055, 2.4)
    return sample.clamped(to: 0...corner) / 12.92 + curve
  }

  /// The function of CIE 15 without its addend.
  private static func root(_ light: Tensor) -> Tensor {
    let corner: Float = 0.008856
    let curve = light.clamped(to: corner...2).power(1 / 3) - cbrt(corner)
    return light.clamped(to: 0...corner) * 7.787 + curve
  }
}

extension Tensor {
  /// Of values above 0.
  fileprivate func power(_ exponent: Float) -> Tensor { (log() * exponent).exp() }
}
