extension LabColor {
  /// Whether sRGB has this colour.
  public var isDisplayable: Bool { LabConversion.isDisplayable(LabConversion().light(self)) }

  /// The colour of the same lightness and hue that sRGB has, with as much of the chroma as it can have; itself if sRGB has
  /// it.
  public func broughtIntoGamut() -> LabColor {
    isDisplayable ? self : LabConversion().broughtIntoGamut(self)
  }
}

extension LabConversion {
  /// - Parameter light: linear light, which may go as far beyond 0...1 as rounding takes it, and as white goes that is made
  ///   of Lab's; in samples of 8 bits that is at most a sixtieth of a step.
  @inline(__always)
  static func isDisplayable(_ light: SIMD3<Float>) -> Bool {
    light.min() >= -5e-6 && light.max() <= 1.0001
  }

  /// What a colour beyond the gamut becomes: halving finds the largest part of its chroma, to 1/16384, that is in it.
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
