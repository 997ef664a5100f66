/// How many channels StyleGAN2's networks have at a size.
protocol StyleGAN2Channels {
  /// The side of the images, in pixels: a power of 2.
  var size: Int { get }
  /// Channels times side, as long as that is not more than `most`.
  var capacity: Int { get set }
  var most: Int { get set }
}

extension StyleGAN2Channels {
  static var sizes: [Int] { (3...10).map { 1 << $0 } }

  func channels(side: Int) -> Int { max(1, min(most, capacity / side)) }

  /// From 4 pixels on.
  var sides: [Int] { (2..<Int.bitWidth).lazy.map { 1 << $0 }.prefix { $0 <= size }.map { $0 } }

  /// Why no network can be built for the size, as a message; nil if one can.
  var problemWithSize: String? {
    Self.sizes.contains(size)
      ? nil : "its images have \(size) pixels a side, expected \(SettingText.alternatives(Self.sizes.map(String.init)))"
  }
}
