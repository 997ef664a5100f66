import Threads
import VectorKernels

/// Computes `ChannelMoments` on the host part by part, while a part's pixels are still in cache. A part's pivot is the
/// mean of its first pixels, so that one pass over the rest is enough.
struct MomentGatherer: Sendable {
  private static let pivotPixels = 16

  private let groups: Int, parts: Int, channels: Int
  private let memory: HostMemory

  init(groups: Int, parts: Int, channels: Int) {
    self.groups = groups
    self.parts = parts
    self.channels = channels
    memory = HostMemory(count: groups * parts * ChannelMoments.valuesPerPart(channels: channels))
    memory.pointer.update(repeating: 0, count: memory.count)
  }

  /// Gathers the moments of pixels that are already in memory, `[groups, count, channels]`.
  init(of pixels: UnsafePointer<Float>, groups: Int, count: Int, channels: Int) {
    let kernels = InstructionSet.kernels
    let bands = Bands(count: count, atMost: max(64, (1 << 16) / channels))
    self.init(groups: groups, parts: bands.pieces, channels: channels)
    ThreadPool.run(count: groups * bands.pieces) { [self] index in
      let (group, piece) = index.quotientAndRemainder(dividingBy: bands.pieces)
      let band = bands[piece]
      gather([(pixels + (group * count + band.lowerBound) * channels, band.count)], group: group, part: piece, kernels)
    }
  }

  /// To be read once all parts are gathered.
  var moments: ChannelMoments {
    ChannelMoments(groups: groups, parts: parts, channels: channels, values: Buffer(memory))
  }

  /// Gathers one part, which must be done once. Several threads may gather different parts at once, since each has
  /// memory of its own.
  func gather(_ runs: [PixelRun], group: Int, part: Int, _ kernels: any VectorKernels) {
    guard let first = runs.first else { return }
    let pivot = memory.pointer + (group * parts + part) * ChannelMoments.valuesPerPart(channels: channels)
    let (sums, squares) = (pivot + channels, pivot + 2 * channels)
    let pivotCount = min(Self.pivotPixels, first.count)
    // `sums` still holds zeros, which serve as this pass's pivot, so that `pivot` gets the plain sums of the first
    // pixels. This pass's squares are discarded.
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
}

extension ChannelMoments {
  /// The mean and the biased variance of all of a group's pixels, from parts combined in double precision (Chan et al.
  /// 1979).
  ///
  /// - Parameter values: `self.values` in the host's memory.
  func total(_ values: UnsafePointer<Float>, group: Int, channel: Int) -> (mean: Double, variance: Double) {
    var (pixels, mean, squares) = (0.0, 0.0, 0.0)
    let partValues = Self.valuesPerPart(channels: channels)
    for part in 0..<parts {
      let values = values + (group * parts + part) * partValues
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
