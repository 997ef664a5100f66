extension LabColor {
  /// Whether the colour is within sRGB's gamut.
  public var isDisplayable: Bool { LabConversion.isDisplayable(LabConversion().light(self)) }

  /// The nearest colour within sRGB's gamut of the same lightness and hue; itself if it is within.
  public func broughtIntoGamut() -> LabColor {
    isDisplayable ? self : LabConversion().broughtIntoGamut(self)
  }
}

extension LabConversion {
  /// - Parameter light: linear light. It may exceed 0...1 a little, for rounding and for Lab's white, which is not
  ///   exactly sRGB's: by at most a sixtieth of a step of 8 bits.
  @inline(__always)
  static func isDisplayable(_ light: SIMD3<Float>) -> Bool {
    light.min() >= -5e-6 && light.max() <= 1.0001
  }

  /// Finds by bisection, to 1/16384, the largest part of the chroma of a colour outside the gamut that lies within it.
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
