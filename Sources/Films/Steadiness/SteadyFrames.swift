import Images

/// Carries results over from frame to frame: each is mixed with the one before, moved along the film's own motion, where the
/// film shows the same surface as before.
package struct SteadyFrames {
  private let steadiness: Steadiness
  private var last: (lightness: Lightness, result: Image)?

  package init(_ steadiness: Steadiness) { self.steadiness = steadiness }

  /// What the next frame's result becomes; after a cut, it stays what it is.
  package mutating func steadied(_ result: Image, of frame: Image) -> Image {
    let lightness = Lightness(of: frame)
    var mixed = result.withoutAlpha()
    if let last, last.result.header == mixed.header, !lightness.isCut(from: last.lightness) {
      let sameness = Sameness(of: lightness, in: last.lightness)
      mixed = ResultMixing(steadiness: steadiness, sameness: sameness, last: last.result).mixed(mixed)
    }
    last = (lightness, mixed)
    return mixed
  }
}
