import VectorKernels

extension Level {
  package func accumulateMoments(
    of pixels: UnsafePointer<Float>, count: Int, channels: Int, pivot: UnsafePointer<Float>,
    sums: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>
  ) {
    forRuns(of: pixels, stride: channels, count: count, channels: channels) { first, count in
      accumulateRun(
        of: pixels + first &* channels, count: count, channels: channels, pivot: pivot, sums: sums, squares: squares)
    }
  }

  private func accumulateRun(
    of pixels: UnsafePointer<Float>, count: Int, channels: Int, pivot: UnsafePointer<Float>,
    sums: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>
  ) {
    let whole = channels / laneCount * laneCount
    for channel in stride(from: 0, to: whole, by: laneCount) {
      let center = load(pivot + channel)
      var (sum, square) = (load(sums + channel), load(squares + channel))
      for pixel in 0..<count {
        let distance = load(pixels + pixel &* channels + channel) - center
        sum += distance
        square = multiplyAdd(square, distance, distance)
      }
      store(sum, sums + channel)
      store(square, squares + channel)
    }
    for channel in whole..<channels {
      for pixel in 0..<count {
        let distance = pixels[pixel * channels + channel] - pivot[channel]
        sums[channel] += distance
        squares[channel] += distance * distance
      }
    }
  }

  /// Adds g and g x to `sums`, `[2, channels]`: x is the normalised input, g the output gradient times the rectifier's
  /// slope at x.
  package func accumulateGradientMoments(_ gradient: NormalizationGradient, sums: UnsafeMutablePointer<Float>) {
    let channels = gradient.channels
    let whole = channels / laneCount * laneCount
    let slope = Lanes(repeating: gradient.negativeSlope)
    for channel in stride(from: 0, to: whole, by: laneCount) {
      let (mean, scale) = (load(gradient.mean + channel), load(gradient.inverseDeviation + channel))
      var (sum, product) = (load(sums + channel), load(sums + channels + channel))
      for pixel in 0..<gradient.count {
        let index = pixel &* channels + channel
        let x = (load(gradient.input + index) - mean) * scale
        let g = load(gradient.outputGradient + index)
        let passed = (g * slope).replacing(with: g, where: x .> 0)
        sum += passed
        product = multiplyAdd(product, passed, x)
      }
      store(sum, sums + channel)
      store(product, sums + channels + channel)
    }
    for channel in whole..<channels {
      for pixel in 0..<gradient.count {
        let (x, passed) = normalized(gradient, pixel * channels + channel, channel)
        sums[channel] += passed
        sums[channels + channel] += passed * x
      }
    }
  }

  /// Writes the input gradient, `(g - mean(g) - x mean(g x)) / deviation`. `means`, `[2, channels]`, holds mean(g),
  /// then mean(g x).
  package func finish(
    _ gradient: NormalizationGradient, means: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    let channels = gradient.channels
    let whole = channels / laneCount * laneCount
    let slope = Lanes(repeating: gradient.negativeSlope)
    for channel in stride(from: 0, to: whole, by: laneCount) {
      let (mean, scale) = (load(gradient.mean + channel), load(gradient.inverseDeviation + channel))
      let (meanGradient, meanProduct) = (load(means + channel), load(means + channels + channel))
      for pixel in 0..<gradient.count {
        let index = pixel &* channels + channel
        let x = (load(gradient.input + index) - mean) * scale
        let g = load(gradient.outputGradient + index)
        let passed = (g * slope).replacing(with: g, where: x .> 0)
        store(scale * multiplyAdd(passed - meanGradient, -x, meanProduct), target + index)
      }
    }
    for channel in whole..<channels {
      for pixel in 0..<gradient.count {
        let index = pixel * channels + channel
        let (x, passed) = normalized(gradient, index, channel)
        target[index] =
          gradient.inverseDeviation[channel] * (passed - means[channel] - x * means[channels + channel])
      }
    }
  }
}

@inline(__always)
private func normalized(_ gradient: NormalizationGradient, _ index: Int, _ channel: Int) -> (x: Float, passed: Float) {
  let x = (gradient.input[index] - gradient.mean[channel]) * gradient.inverseDeviation[channel]
  return (x, gradient.outputGradient[index] * (x > 0 ? 1 : gradient.negativeSlope))
}
