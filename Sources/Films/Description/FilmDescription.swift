import Foundation

/// What a film's file says of its pictures, sound and the rest.
struct FilmDescription: Sendable, Equatable {
  /// A fraction, such as a time base in seconds or the shape of pixels.
  struct Ratio: Sendable, Equatable, Codable {
    var numerator: Int
    var denominator: Int

    var value: Double { Double(numerator) / Double(denominator) }
  }

  /// How numbers stand for colours, by ffmpeg's names.
  struct Colors: Sendable, Equatable, Codable {
    var matrix: String
    var primaries: String?
    var transfer: String?
    var isFullRange: Bool
    /// Whether the file does not say which matrix it is.
    var isGuessed: Bool
  }

  struct Sound: Sendable, Equatable {
    var codec: String
  }

  /// As stored, before rotation.
  var width: Int
  var height: Int
  /// Counterclockwise, as ffprobe tells it: 0, 90, 180 or -90 degrees; how players turn the pictures.
  var rotation: Int
  /// Of a pixel: width over height.
  var pixelShape: Ratio
  var timeBase: Ratio
  /// Frames in a second, on average; nil if it is not told.
  var rate: Double?
  var isInterlaced: Bool
  var colors: Colors
  /// The pixel format by ffmpeg's name.
  var pixelFormat: String
  var codec: String
  var sounds: [Sound]
  /// The codecs of subtitles.
  var subtitles: [String]

  /// Whether width and height change places when players turn the pictures.
  var isTurned: Bool { rotation % 180 != 0 }
  var hasMoreThanEightBits: Bool { pixelFormat.contains(/(10|12|14|16)(le|be)/) || pixelFormat.contains(/48|64/) }
  var hasAlpha: Bool { pixelFormat.hasPrefix("yuva") || pixelFormat.contains(/^(rgba|bgra|argb|abgr|gbrap|ya)/) }
  /// "420", "422" or "444"; files of other kinds count as the last.
  var subsampling: String {
    let name = pixelFormat
    return ["420", "422"].first { name.contains($0) } ?? (name.hasPrefix("nv") || name.hasPrefix("p01") ? "420" : "444")
  }
}
