/// A colour as JPEG files hold it (ITU-T T.871): the luma of ITU-R BT.601 and two differences from it, full range.
public struct YCbCrColor: Sendable, Equatable {
  /// Y, from 0 (black) to 1 (white).
  public var luma: Float
  /// Cb, 0...1, and 0.5 for gray.
  public var blueDifference: Float
  /// Cr, 0...1, and 0.5 for gray.
  public var redDifference: Float

  public init(luma: Float, blueDifference: Float, redDifference: Float) {
    self.luma = luma
    self.blueDifference = blueDifference
    self.redDifference = redDifference
  }

  /// - Parameter sRGB: red, green and blue, each 0...1.
  public init(sRGB: SIMD3<Float>) {
    luma = Image.luma(sRGB.x, sRGB.y, sRGB.z)
    blueDifference = (sRGB.z - luma) / 1.772 + 0.5
    redDifference = (sRGB.x - luma) / 1.402 + 0.5
  }

  /// Red, green and blue, which may exceed 0...1.
  public var sRGB: SIMD3<Float> {
    let red = luma + 1.402 * (redDifference - 0.5)
    let blue = luma + 1.772 * (blueDifference - 0.5)
    return SIMD3(red, (luma - 0.299 * red - 0.114 * blue) / 0.587, blue)
  }
}
