/// The channels and sizes of BigGAN's blocks (Brock et al. 2019), as multiples of its width.
enum BigGANPlan {
  static let sizes = [32, 64, 128]

  /// Of a generator's blocks, each of which doubles the size, from 4 pixels on.
  static func generator(size: Int) -> [(inputs: Int, outputs: Int, side: Int)] {
    let channels =
      switch size {
      case 32: [4, 4, 4, 4]
      case 64: [16, 16, 8, 4, 2]
      default: [16, 16, 8, 4, 2, 1]
      }
    return zip(channels, channels.dropFirst()).enumerated().map { ($1.0, $1.1, 8 << $0) }
  }

  /// Of a discriminator's blocks, and whether they halve the size; nil inputs are the image.
  static func discriminator(size: Int) -> [(inputs: Int?, outputs: Int, side: Int, halves: Bool)] {
    let channels =
      switch size {
      case 32: [4, 4, 4, 4]
      case 64: [1, 2, 4, 8, 16]
      default: [1, 2, 4, 8, 16, 16]
      }
    let halvings = size == 32 ? 2 : channels.count - 1
    return channels.indices.map { index in
      (index > 0 ? channels[index - 1] : nil, channels[index], size >> min(index + 1, halvings), index < halvings)
    }
  }

  static func problem(size: Int) -> String? {
    sizes.contains(size)
      ? nil : "its images have \(size) pixels a side, expected \(SettingText.alternatives(sizes.map(String.init)))"
  }
}
