/// How densely an image was scanned or is to be printed, which decides the size on paper.
///
/// JPEG files state it in their JFIF header, PNG files in a pHYs chunk, TIFF files and EXIF data in three tags. Each
/// rounds it in another way.
public struct ImageResolution: Sendable, Equatable {
  /// Pixels per inch along each axis, above 0. Where no unit is known, only the shape of a pixel is: `vertical /
  /// horizontal` is its width divided by its height.
  public var horizontal, vertical: Double
  public var hasUnit: Bool

  /// Nil for numbers that say nothing: zero, infinite ones, and equal ones without a unit.
  public init?(horizontal: Double, vertical: Double, hasUnit: Bool = true) {
    guard horizontal > 0, vertical > 0, horizontal.isFinite, vertical.isFinite, hasUnit || horizontal != vertical
    else { return nil }
    self.horizontal = horizontal
    self.vertical = vertical
    self.hasUnit = hasUnit
  }

  /// Centimetres and metres in an inch.
  static let (centimeters, meters) = (2.54, 0.0254)

  /// Of the image turned by a quarter.
  var turned: ImageResolution {
    var turned = self
    (turned.horizontal, turned.vertical) = (vertical, horizontal)
    return turned
  }

  /// Whether two resolutions differ by no more than a format's rounding to whole numbers.
  package func isAbout(_ other: ImageResolution) -> Bool {
    func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 0.0005 * max(a, b) }
    return hasUnit == other.hasUnit && isNear(horizontal, other.horizontal) && isNear(vertical, other.vertical)
  }
}

// MARK: JFIF (ITU-T T.871, 10.1)

extension ImageResolution {
  /// The unit, 0 (none), 1 (inch) or 2 (centimetre), and whole pixels per unit.
  package struct JFIF: Equatable {
    var unit: UInt8
    var x, y: UInt16

    package init(unit: UInt8, x: UInt16, y: UInt16) { (self.unit, self.x, self.y) = (unit, x, y) }
  }

  /// - Parameter header: what follows the signature.
  package init?(jfif header: some Collection<UInt8>) {
    let bytes = Array(header.dropFirst(2).prefix(5))  // after the version
    guard bytes.count == 5, bytes[0] <= 2 else { return nil }
    let factor = bytes[0] == 2 ? Self.centimeters : 1
    self.init(
      horizontal: Double(bytes[1...2].bigEndianInteger) * factor,
      vertical: Double(bytes[3...4].bigEndianInteger) * factor, hasUnit: bytes[0] != 0)
  }

  /// In the unit that rounds it the less; nil if there is no room for the numbers.
  package var jfif: JFIF? {
    guard hasUnit else {
      let factor = min(1, Double(UInt16.max) / max(horizontal, vertical))
      return Self.jfif(0, horizontal * factor, vertical * factor)
    }
    let inches = Self.jfif(1, horizontal, vertical)
    let centimeters = Self.jfif(2, horizontal / Self.centimeters, vertical / Self.centimeters)
    guard let inches, let centimeters else { return inches ?? centimeters }
    func error(_ jfif: JFIF, _ factor: Double) -> Double {
      abs(Double(jfif.x) * factor - horizontal) + abs(Double(jfif.y) * factor - vertical)
    }
    return error(centimeters, Self.centimeters) < error(inches, 1) ? centimeters : inches
  }

  private static func jfif(_ unit: UInt8, _ x: Double, _ y: Double) -> JFIF? {
    guard let x = UInt16(exactly: x.rounded()), let y = UInt16(exactly: y.rounded()), x > 0, y > 0 else { return nil }
    return JFIF(unit: unit, x: x, y: y)
  }
}

// MARK: pHYs (W3C's PNG specification, 3rd edition, 11.3.4.3)

extension ImageResolution {
  /// - Parameter chunk: pixels per unit along both axes in four bytes each, and the unit, 0 (none) or 1 (metre).
  package init?(physicalSize chunk: [UInt8]) {
    guard chunk.count == 9, chunk[8] <= 1 else { return nil }
    let factor = chunk[8] == 1 ? Self.meters : 1
    let (x, y) = (chunk[..<4].bigEndianInteger, chunk[4..<8].bigEndianInteger)
    self.init(horizontal: Double(x) * factor, vertical: Double(y) * factor, hasUnit: chunk[8] == 1)
  }

  /// Nil if there is no room for the numbers.
  var physicalSize: [UInt8]? {
    let factor = hasUnit ? Self.meters : 1
    guard let x = Int32(exactly: (horizontal / factor).rounded()),
      let y = Int32(exactly: (vertical / factor).rounded()),
      x > 0, y > 0
    else { return nil }
    return [UInt8](bigEndian: Int(x), count: 4) + [UInt8](bigEndian: Int(y), count: 4) + [hasUnit ? 1 : 0]
  }
}
