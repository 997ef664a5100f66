import Threads
import VectorKernels

/// Each channel's sums and sums of squares over groups of pixels, gathered part by part, while the parts are still in the
/// cache that they were written to, and joined in double precision (Chan et al. 1979).
///
/// Each part's are taken about the mean of its first pixels, in one pass: photographs' channels have means far above
/// their deviations, which would cancel most digits of a plain sum of squares.
package final class ChannelMoments: Sendable {
  /// Neighbouring pixels in memory.
  typealias Run = (pixels: UnsafePointer<Float>, count: Int)

  private static let pivotPixels = 16

  let groups: Int, channels: Int
  private let parts: Int
  /// For each group and part its pivot, sums and squares, `[3, channels]`, then the number of its pixels.
  private let buffer: Buffer
  private var partValues: Int { 3 * channels + 1 }

  init(groups: Int, parts: Int, channels: Int) {
    self.groups = groups
    self.parts = parts
    self.channels = channels
    buffer = Buffer(count: groups * parts * (3 * channels + 1))
    buffer.pointer.update(repeating: 0, count: buffer.count)
  }

  /// Of pixels that lie in memory, `[groups, count, channels]`.
  package convenience init(of pixels: UnsafePointer<Float>, groups: Int, count: Int, channels: Int) {
    let kernels = InstructionSet.kernels
    let bands = Bands(count: count, atMost: max(64, (1 << 16) / channels))
    self.init(groups: groups, parts: bands.pieces, channels: channels)
    ThreadPool.run(count: groups * bands.pieces) { index in
      let (group, piece) = index.quotientAndRemainder(dividingBy: bands.pieces)
      let band = bands[piece]
      gather([(pixels + (group * count + band.lowerBound) * channels, band.count)], group: group, part: piece, kernels)
    }
  }

  /// Takes in one part, once: each part has a place of its own, so that several threads may gather at the same time.
  func gather(_ runs: [Run], group: Int, part: Int, _ kernels: any VectorKernels) {
    guard let first = runs.first else { return }
    let pivot = buffer.pointer + (group * parts + part) * partValues
    let (sums, squares) = (pivot + channels, pivot + 2 * channels)
    let pivotCount = min(Self.pivotPixels, first.count)
    // About zero, which the sums still hold, into the pivot; the squares of this pass are not wanted.
    kernels.accumulateMoments(
      of: first.pixels, count: pivotCount, channels: channels, pivot: sums, sums: pivot, squares: squares)
    for channel in 0..<channels {
      pivot[channel] /= Float(pivotCount)
      squares[channel] = 0
    }
    for run in runs {
      kernels.accumulateMoments(
        of: run.pixels, count: run.count, channels: channels, pivot: pivot, sums: sums, squares: squares)
    }
    pivot[3 * channels] = Float(runs.reduce(0) { $0 + $1.count })
  }

  /// The mean and the biased variance of all of a group's pixels.
  func total(group: Int, channel: Int) -> (mean: Double, variance: Double) {
    var (pixels, mean, squares) = (0.0, 0.0, 0.0)
    for part in 0..<parts {
      let values = buffer.pointer + (group * parts + part) * partValues
      let count = Double(values[3 * channels])
      guard count > 0 else { continue }
      let (sum, partSquares) = (Double(values[channels + channel]), Double(values[2 * channels + channel]))
      let distance = Double(values[channel]) + sum / count - mean
      squares += partSquares - sum * sum / count + distance * distance * count * pixels / (pixels + count)
      pixels += count
      mean += distance * count / pixels
    }
    return (mean, max(0, squares / max(1, pixels)))
  }
}
