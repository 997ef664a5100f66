import Foundation

/// How a file's samples stand for colours: the primaries that they mix, the white of equal ones, and a transfer
/// function.
struct ColorEncoding: Equatable {
  var primaries: Primaries
  var transfer: Transfer

  static let sRGB = ColorEncoding(primaries: .sRGB, transfer: .sRGB)

  /// From samples to light, both 0...1.
  enum Transfer: Equatable {
    case sRGB
    /// Of video: ITU-R BT.709, BT.601 and BT.2020.
    case video
    /// Light is the sample to this power; 1 is linear.
    case power(Double)

    /// As an ICC profile's parametric curve: (a x + b)^g from d upwards, c x below.
    var curve: [UInt8] {
      switch self {
      case .sRGB: ICCProfileWriter.curve(3, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045])
      case .video: ICCProfileWriter.curve(3, [1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081])
      case .power(let exponent): ICCProfileWriter.curve(0, [exponent])
      }
    }
  }

  /// The encoding as an ICC profile; of gray images, the transfer function is all that counts.
  func profile(isGray: Bool) -> Data {
    guard !isGray, let colors = primaries.adapted else {
      return ICCProfileWriter.profile(
        space: "GRAY", description: "Gray", [.init(signatures: ["kTRC"], bytes: transfer.curve)])
    }
    return ICCProfileWriter.profile(
      description: "RGB",
      [
        .init(signatures: ["rXYZ"], bytes: ICCProfileWriter.xyz(colors.red)),
        .init(signatures: ["gXYZ"], bytes: ICCProfileWriter.xyz(colors.green)),
        .init(signatures: ["bXYZ"], bytes: ICCProfileWriter.xyz(colors.blue)),
        .init(signatures: ["rTRC", "gTRC", "bTRC"], bytes: transfer.curve),
      ])
  }
}

/// The CIE 1931 chromaticities, x and y, of three primaries and of white.
struct Primaries: Equatable {
  var red, green, blue, white: SIMD2<Double>

  static let d65 = SIMD2(0.3127, 0.329)
  static let sRGB = Primaries(red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: d65)

  /// Whether they differ by no more than rounding.
  func areAbout(_ other: Primaries) -> Bool {
    zip(all, other.all).allSatisfy { abs($0.x - $1.x) <= 0.002 && abs($0.y - $1.y) <= 0.002 }
  }

  private var all: [SIMD2<Double>] { [red, green, blue, white] }

  /// What each primary contributes to white in CIE XYZ, after Bradford's adaptation to D50; nil if they are no primaries
  /// that white could be mixed from.
  var adapted: (red: SIMD3<Double>, green: SIMD3<Double>, blue: SIMD3<Double>)? {
    guard all.allSatisfy({ $0.x >= 0 && $0.y > 0.001 && $0.x + $0.y <= 1 }) else { return nil }
    let matrix = Matrix3(columns: [Self.xyz(red), Self.xyz(green), Self.xyz(blue)])
    guard let shares = matrix.inverse.map({ $0 * Self.xyz(white) }), shares.min() > 0 else { return nil }
    let cones = Self.bradford * Self.xyz(white)
    guard cones.min() > 0.01, let back = Self.bradford.inverse else { return nil }
    let factors = (Self.bradford * Self.d50) / cones
    func adapted(_ color: SIMD3<Double>) -> SIMD3<Double> { back * (factors * (Self.bradford * color)) }
    let colors = (
      red: adapted(Self.xyz(red) * shares.x), green: adapted(Self.xyz(green) * shares.y),
      blue: adapted(Self.xyz(blue) * shares.z)
    )
    // Those of imagined primaries, too, are less than ten times as bright as white.
    let isPlausible = [colors.red, colors.green, colors.blue].allSatisfy { $0.min() > -10 && $0.max() < 10 }
    return isPlausible ? colors : nil
  }

  private static func xyz(_ point: SIMD2<Double>) -> SIMD3<Double> {
    [point.x / point.y, 1, (1 - point.x - point.y) / point.y]
  }

  private static let d50 = SIMD3(0.9642, 1, 0.8249)
  private static let bradford = Matrix3(
    columns: [[0.8951, -0.7502, 0.0389], [0.2664, 1.7135, -0.0685], [-0.1614, 0.0367, 1.0296]])
}

/// Three by three numbers.
private struct Matrix3 {
  var columns: [SIMD3<Double>]

  static func * (matrix: Matrix3, vector: SIMD3<Double>) -> SIMD3<Double> {
    matrix.columns[0] * vector.x + matrix.columns[1] * vector.y + matrix.columns[2] * vector.z
  }

  /// Nil if there is none.
  var inverse: Matrix3? {
    let rows = [cross(columns[1], columns[2]), cross(columns[2], columns[0]), cross(columns[0], columns[1])]
    let determinant = (columns[0] * rows[0]).sum()
    guard abs(determinant) > 1e-9 else { return nil }
    return Matrix3(columns: (0..<3).map { SIMD3(rows[0][$0], rows[1][$0], rows[2][$0]) / determinant })
  }

  private func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    [a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x]
  }
}
