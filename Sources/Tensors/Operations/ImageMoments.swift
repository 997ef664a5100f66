import Kernels

/// Accumulates each channel's moments over an image that is computed in parts, so that each part can be normalised with
/// the whole image's statistics.
package struct ImageMoments: Sendable {
  private(set) var joined: JoinedMoments?

  package init() {}

  /// Adds a part, `[1, H, W, C]`. Its values are not read if the convolution that computed it also gathered their
  /// moments.
  package mutating func add(_ part: Tensor) {
    let count = part.shape[1] * part.shape[2]
    let moments =
      part.value.moments ?? device.moments(of: part.value.buffer, groups: 1, count: count, channels: part.shape[3])
    joined = device.joined(joined, with: moments, count: count)
  }
}
