import Foundation
import Threads

extension Image {
  /// The radial power spectrum of the luma: the mean power in rings of equal width, from frequency 0 to the Nyquist
  /// frequency, half a cycle per pixel.
  ///
  /// The mean is subtracted first, and a Hann window fades the image out towards its borders, which would otherwise act
  /// as sharp edges. Rings that contain none of this size's frequencies are 0.
  ///
  /// - Parameter rings: at least 1; smaller values count as 1.
  public func powerSpectrum(rings: Int = 64) -> [Double] {
    RingSums(HalfSpectrum(grayscale()), rings: max(1, rings)).means
  }

  /// The energy above half the Nyquist frequency, summed over the rings of the power spectrum, as a fraction of the
  /// truth's: below 1 if fine detail is lost, above 1 if it is invented or noisy. Nil if the truth has none.
  ///
  /// Unlike PSNR, it does not reward blur. Throws `ImageError.unlike` for a truth of another size or with other
  /// channels.
  public func detail(comparedTo truth: Image) throws(ImageError) -> Double? {
    try requireSameShape(as: truth)
    let energies = [self, truth].map { image in
      let spectrum = image.powerSpectrum()
      return spectrum[(spectrum.count / 2)...].reduce(0, +)
    }
    // Rounding leaves even a plain image some energy, but less than this.
    return energies[1] > 1e-20 ? energies[0] / energies[1] : nil
  }
}

/// The Fourier transform of a gray image along both axes, without the half that symmetry implies.
private struct HalfSpectrum {
  let width: Int
  let height: Int
  /// The number of horizontal frequencies, from 0 up.
  let columns: Int
  /// Row by row, transformed along rows only.
  private var real: [Double]
  private var imaginary: [Double]

  private static let rowsPerPiece = 16

  init(_ image: Image) {
    (width, height, columns) = (image.width, image.height, image.width / 2 + 1)
    let (width, height, columns) = (width, height, columns)
    let samples = image.channels == 1 ? image.pixels : image.withoutAlpha().pixels
    let mean = samples.reduce(0.0) { $0 + Double($1) } / Double(samples.count)
    let (across, down) = (Self.window(width), Self.window(height))
    let transform = FourierTransform(count: width)
    real = Array(repeating: 0, count: height * columns)
    imaginary = real
    real.withUnsafeMutableBufferPointer { allReal in
      imaginary.withUnsafeMutableBufferPointer { allImaginary in
        let (allReal, allImaginary) = (allReal, allImaginary)
        ThreadPool.run(count: (height + Self.rowsPerPiece - 1) / Self.rowsPerPiece) { piece in
          let end = min(height, (piece + 1) * Self.rowsPerPiece)
          for row in stride(from: piece * Self.rowsPerPiece, to: end, by: 2) {
            func faded(_ row: Int) -> [Double] {
              guard row < end else { return Array(repeating: 0, count: width) }
              return (0..<width).map { (Double(samples[row * width + $0]) - mean) * across[$0] * down[row] }
            }
            // Transforms two rows at once, as the real and imaginary parts of complex samples; symmetry separates them
            // afterwards.
            var (first, second) = (faded(row), faded(row + 1))
            transform.transform(&first, &second)
            for column in 0..<columns {
              let mirrored = (width - column) % width
              let index = row * columns + column
              allReal[index] = (first[column] + first[mirrored]) / 2
              allImaginary[index] = (second[column] - second[mirrored]) / 2
              guard row + 1 < end else { continue }
              allReal[index + columns] = (second[column] + second[mirrored]) / 2
              allImaginary[index + columns] = (first[mirrored] - first[column]) / 2
            }
          }
        }
      }
    }
  }

  /// A Hann window: 0 just outside the image, 1 in its middle.
  private static func window(_ size: Int) -> [Double] {
    (0..<size).map { (place: Int) -> Double in
      let share = (Double(place) + 0.5) / Double(size)
      return 0.5 - 0.5 * cos(2 * .pi * share)
    }
  }

  /// The power at each of a column's frequencies: from 0 up and, past the middle, negative ones ending just below 0.
  func powers(column: Int, _ transform: FourierTransform) -> [Double] {
    var columnReal = (0..<height).map { real[$0 * columns + column] }
    var columnImaginary = (0..<height).map { imaginary[$0 * columns + column] }
    transform.transform(&columnReal, &columnImaginary)
    let scale = 1 / Double(width * height)
    return (0..<height).map { scale * (columnReal[$0] * columnReal[$0] + columnImaginary[$0] * columnImaginary[$0]) }
  }
}

/// Powers summed in rings around frequency 0.
private struct RingSums {
  private var sums: [Double]
  private var counts: [Double]

  private static let columnsPerPiece = 8

  init(_ spectrum: HalfSpectrum, rings: Int) {
    let transform = FourierTransform(count: spectrum.height)
    let pieces = (spectrum.columns + Self.columnsPerPiece - 1) / Self.columnsPerPiece
    let none = RingSums(rings: rings)
    let parts = [RingSums](unsafeUninitializedCapacity: pieces) { parts, initializedCount in
      parts.initialize(repeating: none)
      let parts = parts
      ThreadPool.run(count: pieces) { piece in
        let end = min(spectrum.columns, (piece + 1) * Self.columnsPerPiece)
        for column in piece * Self.columnsPerPiece..<end {
          parts[piece].add(
            spectrum.powers(column: column, transform), column: column, width: spectrum.width)
        }
      }
      initializedCount = pieces
    }
    self = parts.reduce(into: none) { all, part in
      for ring in 0..<rings {
        all.sums[ring] += part.sums[ring]
        all.counts[ring] += part.counts[ring]
      }
    }
  }

  private init(rings: Int) {
    sums = Array(repeating: 0, count: rings)
    counts = sums
  }

  var means: [Double] { zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 } }

  private mutating func add(_ powers: [Double], column: Int, width: Int) {
    let height = powers.count
    // The omitted half mirrors every column except the first and, for an even width, the last.
    let weight: Double = column == 0 || 2 * column == width ? 1 : 2
    let across = Double(column) / Double(width)
    for (row, power) in powers.enumerated() {
      let down = Double(min(row, height - row)) / Double(height)
      let ring = Int((across * across + down * down).squareRoot() * 2 * Double(sums.count))
      guard ring < sums.count else { continue }
      sums[ring] += weight * power
      counts[ring] += weight
    }
  }
}
