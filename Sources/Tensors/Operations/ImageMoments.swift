import Kernels

/// Each channel's statistics over an image that comes in parts, for the norm of each part by the whole.
package struct ImageMoments: Sendable {
  private(set) var joined: JoinedMoments?

  package init() {}

  /// Takes in another part, `[1, H, W, C]`: what the convolution that made it has gathered, where it has.
  package mutating func add(_ part: Tensor) {
    let count = part.shape[1] * part.shape[2]
    let moments =
      part.value.moments ?? device.moments(of: part.value.buffer, groups: 1, count: count, channels: part.shape[3])
    joined = device.joined(joined, with: moments, count: count)
  }
}
