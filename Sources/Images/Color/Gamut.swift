extension LabColor {
  /// Whether the colour is within sRGB's gamut.
  public var isDisplayable: Bool { LabConversion.isDisplayable(LabConversion().light(self)) }

  /// The nearest colour of the same lightness and hue within sRGB's gamut; the colour itself if it is within.
  public func broughtIntoGamut() -> LabColor {
    isDisplayable ? self : LabConversion().broughtIntoGamut(self)
  }
}

extension LabConversion {
  /// - Parameter light: linear light. It may leave 0...1 by up to a sixtieth of an 8-bit step, because of rounding and
  ///   because Lab's white is not exactly sRGB's.
  @inline(__always)
  static func isDisplayable(_ light: SIMD3<Float>) -> Bool {
    light.min() >= -5e-6 && light.max() <= 1.0001
  }

  /// Bisects, to 1/16384, for the largest fraction of an out-of-gamut colour's chroma that lies within the gamut.
  @inline(never)
  func broughtIntoGamut(_ color: LabColor) -> LabColor {
    var (inside, outside): (Float, Float) = (0, 1)
    for _ in 0..<14 {
      let middle = (inside + outside) / 2
      if Self.isDisplayable(light(color.withChroma(times: middle))) { inside = middle } else { outside = middle }
    }
    return color.withChroma(times: inside)
  }
}
