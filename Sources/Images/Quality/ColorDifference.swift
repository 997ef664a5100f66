import Foundation

extension LabColor {
  /// CIEDE2000, by the formulas of Sharma, Wu and Dalal (2005): 0 for equal colours, about 1 for a just noticeable
  /// difference.
  public func difference(to other: LabColor) -> Double {
    let meanChroma = (Double(chroma) + Double(other.chroma)) / 2
    let stretch = 1.5 - 0.5 * Self.saturation(meanChroma)
    let (first, second) = (PolarColor(self, stretch: stretch), PolarColor(other, stretch: stretch))

    let lightness = (first.lightness + second.lightness) / 2
    let chroma = (first.chroma + second.chroma) / 2
    let isGray = first.chroma * second.chroma == 0
    let (hueDifference, hue) = isGray ? (0, first.hue + second.hue) : first.hues(to: second)

    let fromMiddle = (lightness - 50) * (lightness - 50)
    let weight =
      1 - 0.17 * cosine(hue - 30) + 0.24 * cosine(2 * hue) + 0.32 * cosine(3 * hue + 6) - 0.20 * cosine(4 * hue - 63)
    let lightnessTerm = (second.lightness - first.lightness) / (1 + 0.015 * fromMiddle / (20 + fromMiddle).squareRoot())
    let chromaTerm = (second.chroma - first.chroma) / (1 + 0.045 * chroma)
    let hueTerm =
      2 * (first.chroma * second.chroma).squareRoot() * sine(hueDifference / 2) / (1 + 0.015 * chroma * weight)
    // The rotation term for blue, where the ellipses of equal difference are tilted.
    let fromBlue = (hue - 275) / 25
    let rotation = -2 * Self.saturation(chroma) * sine(60 * exp(-fromBlue * fromBlue))
    let squares = lightnessTerm * lightnessTerm + chromaTerm * chromaTerm + hueTerm * hueTerm
    return max(0, squares + rotation * chromaTerm * hueTerm).squareRoot()
  }

  /// From 0 for gray to 1 for the strongest colours.
  private static func saturation(_ chroma: Double) -> Double {
    let power = pow(chroma, 7)
    return (power / (power + 6_103_515_625)).squareRoot()  // 25 to the seventh
  }
}

extension Image {
  /// The mean CIEDE2000 over all pixels; gray is repeated in three channels, alpha is left out.
  ///
  /// Throws `ImageError.unlike` for an image of another size.
  public func meanColorDifference(to other: Image) throws(ImageError) -> Double {
    try requireSameSize(as: other)
    let conversion = LabConversion()
    let sums = pixels.withUnsafeBufferPointer { samples in
      other.pixels.withUnsafeBufferPointer { otherSamples in
        pieceSums { range in
          range.reduce(0.0) { sum, pixel in
            let color = conversion.lab(self.color(of: pixel, in: samples))
            return sum + color.difference(to: conversion.lab(other.color(of: pixel, in: otherSamples)))
          }
        }
      }
    }
    return sums.reduce(0, +) / Double(width * height)
  }
}

/// Lightness, chroma and hue in CIEDE2000's space, where a is stretched near gray.
private struct PolarColor {
  let lightness: Double
  let chroma: Double
  /// In degrees, 0..<360, and 0 for gray.
  let hue: Double

  init(_ color: LabColor, stretch: Double) {
    let (a, b) = (stretch * Double(color.a), Double(color.b))
    lightness = Double(color.lightness)
    chroma = (a * a + b * b).squareRoot()
    let angle = a == 0 && b == 0 ? 0 : atan2(b, a) * 180 / .pi
    hue = angle < 0 ? angle + 360 : angle
  }

  /// The difference from this hue to the other, by the shorter way round, and their mean.
  func hues(to other: PolarColor) -> (difference: Double, mean: Double) {
    let (difference, sum) = (other.hue - hue, other.hue + hue)
    // Rounding may make opposite hues a little more than 180 apart.
    if abs(difference) <= 180.000001 { return (difference, sum / 2) }
    return (difference > 0 ? difference - 360 : difference + 360, sum < 360 ? sum / 2 + 180 : sum / 2 - 180)
  }
}

private func cosine(_ degrees: Double) -> Double { cos(degrees * .pi / 180) }

private func sine(_ degrees: Double) -> Double { sin(degrees * .pi / 180) }
