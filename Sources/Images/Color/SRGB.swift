import Foundation

/// The transfer function of sRGB (IEC 61966-2-1), between samples and linear light, both 0...1.
public enum SRGB {
  public static func linear(_ sample: Double) -> Double {
    sample <= 0.04045 ? sample / 12.92 : pow((sample + 0.055) / 1.055, 2.4)
  }

  public static func sample(ofLinear light: Double) -> Double {
    light <= 0.0031308 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055
  }

  /// `linear`, accurate to 1e-7.
  static let linearTable = TabulatedFunction(linear)
  /// `sample(ofLinear:)`, accurate to 2e-6, a ninth of a 16-bit step.
  static let sampleTable = TabulatedFunction(sample)
}
