extension Image {
  /// Points of a plane as dark dots on white.
  ///
  /// - Parameters:
  ///   - points: x to the right and y upwards; those outside are left out.
  ///   - extent: of the plane that is shown, from its middle each way.
  ///   - side: of the image, in pixels.
  package static func plot(_ points: [(x: Float, y: Float)], extent: Float, side: Int) -> Image {
    var pixels = [Float](repeating: 1, count: side * side)
    for point in points {
      let (x, y) = ((point.x / extent + 1) / 2 * Float(side), (1 - point.y / extent) / 2 * Float(side))
      guard x >= 0, y >= 0, x < Float(side), y < Float(side) else { continue }
      pixels[Int(y) * side + Int(x)] *= 0.5
    }
    return Image(width: side, height: side, channels: 1, pixels: pixels)
  }
}
