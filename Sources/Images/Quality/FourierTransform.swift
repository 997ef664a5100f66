import Foundation

/// The discrete Fourier transform of a given length: sums of samples times exp(-2πi · frequency · index / length).
///
/// A length that is not a power of two is computed as a convolution with a chirp, using transforms of a power of two
/// (Bluestein 1970).
struct FourierTransform: Sendable {
  let count: Int
  private let powerOfTwo: PowerOfTwoTransform
  private let chirp: Chirp?

  /// exp(-πi · index² / count), and the transform of its conjugate, with which the samples are convolved.
  private struct Chirp: Sendable {
    let real: [Double], imaginary: [Double]
    let transformedReal: [Double], transformedImaginary: [Double]
  }

  init(count: Int) {
    precondition(count > 0, "a transform needs at least one sample, not \(count)")
    self.count = count
    if count & (count - 1) == 0 {
      powerOfTwo = PowerOfTwoTransform(count: count)
      chirp = nil
      return
    }
    var size = 1
    while size < 2 * count - 1 { size *= 2 }
    powerOfTwo = PowerOfTwoTransform(count: size)
    // The square is reduced modulo the chirp's period, so that large indices lose no precision.
    let angles = (0..<count).map { index -> Double in -.pi * Double(index * index % (2 * count)) / Double(count) }
    let (real, imaginary) = (angles.map { cos($0) }, angles.map { sin($0) })
    var (inverseReal, inverseImaginary) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size))
    for index in 0..<count {
      for mirrored in [index, (size - index) % size] {
        inverseReal[mirrored] = real[index]
        inverseImaginary[mirrored] = -imaginary[index]
      }
    }
    powerOfTwo.transform(&inverseReal, &inverseImaginary)
    chirp = Chirp(
      real: real, imaginary: imaginary, transformedReal: inverseReal, transformedImaginary: inverseImaginary)
  }

  /// Replaces `count` complex samples by their transform: frequencies from 0 up and, past the middle, negative ones
  /// ending at -1.
  func transform(_ real: inout [Double], _ imaginary: inout [Double]) {
    precondition(real.count == count && imaginary.count == count, "these are not \(count) samples")
    guard let chirp else { return powerOfTwo.transform(&real, &imaginary) }
    var workReal = [Double](repeating: 0, count: powerOfTwo.count)
    var workImaginary = workReal
    for i in 0..<count {
      workReal[i] = real[i] * chirp.real[i] - imaginary[i] * chirp.imaginary[i]
      workImaginary[i] = real[i] * chirp.imaginary[i] + imaginary[i] * chirp.real[i]
    }
    powerOfTwo.transform(&workReal, &workImaginary)
    for i in 0..<powerOfTwo.count {
      let (a, b) = (workReal[i], workImaginary[i])
      workReal[i] = a * chirp.transformedReal[i] - b * chirp.transformedImaginary[i]
      workImaginary[i] = a * chirp.transformedImaginary[i] + b * chirp.transformedReal[i]
    }
    // Swapping real and imaginary parts turns the transform into its inverse.
    powerOfTwo.transform(&workImaginary, &workReal)
    let scale = 1 / Double(powerOfTwo.count)
    for i in 0..<count {
      let (a, b) = (workReal[i] * scale, workImaginary[i] * scale)
      real[i] = a * chirp.real[i] - b * chirp.imaginary[i]
      imaginary[i] = a * chirp.imaginary[i] + b * chirp.real[i]
    }
  }
}

/// The radix-2 transform of Cooley and Tukey.
private struct PowerOfTwoTransform: Sendable {
  let count: Int
  /// Cosines and sines of the angles -2π · i / count, for half a turn.
  private let cosines: [Double]
  private let sines: [Double]

  init(count: Int) {
    self.count = count
    let angles = (0..<count / 2).map { -2 * .pi * Double($0) / Double(count) }
    cosines = angles.map { cos($0) }
    sines = angles.map { sin($0) }
  }

  func transform(_ real: inout [Double], _ imaginary: inout [Double]) {
    real.withUnsafeMutableBufferPointer { real in
      imaginary.withUnsafeMutableBufferPointer { imaginary in
        exchange(real, imaginary)
        cosines.withUnsafeBufferPointer { cosines in
          sines.withUnsafeBufferPointer { sines in
            combine(real, imaginary, cosines, sines)
          }
        }
      }
    }
  }

  /// Bit reversal: moves every sample to the index with its own index's bits in reverse order.
  private func exchange(_ real: UnsafeMutableBufferPointer<Double>, _ imaginary: UnsafeMutableBufferPointer<Double>) {
    var mirrored = 0
    for index in 0..<count {
      if index < mirrored {
        real.swapAt(index, mirrored)
        imaginary.swapAt(index, mirrored)
      }
      var bit = count >> 1
      while bit > 0 && mirrored & bit != 0 {
        mirrored ^= bit
        bit >>= 1
      }
      mirrored |= bit
    }
  }

  /// Combines pairs of transforms into transforms of twice the length.
  private func combine(
    _ real: UnsafeMutableBufferPointer<Double>, _ imaginary: UnsafeMutableBufferPointer<Double>,
    _ cosines: UnsafeBufferPointer<Double>, _ sines: UnsafeBufferPointer<Double>
  ) {
    var half = 1
    while half < count {
      let step = count / (2 * half)
      for start in stride(from: 0, to: count, by: 2 * half) {
        for i in 0..<half {
          let (low, high) = (start + i, start + i + half)
          let (cosine, sine) = (cosines[i * step], sines[i * step])
          let turnedReal = real[high] * cosine - imaginary[high] * sine
          let turnedImaginary = real[high] * sine + imaginary[high] * cosine
          real[high] = real[low] - turnedReal
          imaginary[high] = imaginary[low] - turnedImaginary
          real[low] += turnedReal
          imaginary[low] += turnedImaginary
        }
      }
      half *= 2
    }
  }
}
