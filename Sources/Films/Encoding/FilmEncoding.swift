/// How a film's pictures are encoded.
struct FilmEncoding: Codable, Sendable, Equatable {
  var codec: FilmCodec
  /// 1...100.
  var quality: Int
  var container: FilmContainer

  /// - Parameter codec: the container's usual one, if nil.
  ///
  /// Throws `FilmError.unusableCodec`.
  init(_ codec: FilmCodec?, quality: Int, in container: FilmContainer) throws(FilmError) {
    if let codec, !container.codecs.contains(codec) {
      throw .unusableCodec(
        codec.rawValue, container: container.rawValue, expected: container.codecs.map(\.rawValue))
    }
    self.codec = codec ?? container.codecs[0]
    (self.quality, self.container) = (quality, container)
  }

  /// ffmpeg's name of the format that the codec gets, as like the film's own as the codec has it.
  func pixelFormat(_ layout: FrameLayout, _ description: FilmDescription) -> String {
    // Half as many colours need an even number of pixels.
    let isEven = layout.width % 2 == 0 && layout.height % 2 == 0
    var subsampling = isEven ? description.subsampling : "444"
    if !codec.holds(subsampling: subsampling) { subsampling = codec == .av1 ? "420" : "422" }
    let hasTenBits = codec == .prores || layout.bitDepth == .sixteen
    return "yuv\(subsampling)p" + (hasTenBits ? "10le" : "")
  }

  func arguments(_ layout: FrameLayout, _ description: FilmDescription) -> [String] {
    // AVI files have one time for a frame, at which it is decoded, and not when it is shown.
    let order = container.hasTimes ? [] : ["-bf", "0"]
    return ["-c:v", codec.encoder] + codec.arguments(quality: quality) + order
  }
}
