import Foundation

/// A kind of file for films, told by the ending of its name.
public enum FilmContainer: String, Codable, Sendable, CaseIterable {
  case mp4, m4v, mov, mkv, webm, avi

  /// Throws `FilmError.unusableContainer`.
  init(of file: URL) throws(FilmError) {
    guard let container = FilmContainer(rawValue: file.pathExtension.lowercased()) else {
      throw .unusableContainer(path: file.relativePath, expected: Self.allCases.map { ".\($0.rawValue)" })
    }
    self = container
  }

  /// The endings of names of films that are read.
  public static let readExtensions: Set<String> = [
    "3gp", "avi", "flv", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "ogv", "ts", "vob", "webm", "wmv",
  ]

  /// The first one is usual.
  var codecs: [FilmCodec] {
    switch self {
    case .mp4, .m4v: [.h264, .h265, .av1, .vp9]
    case .mov: [.h264, .h265, .prores]
    case .mkv: [.h264, .h265, .av1, .vp9, .ffv1, .prores]
    case .webm: [.vp9, .av1]
    case .avi: [.h264, .ffv1]
    }
  }

  /// Whether each frame has a time of its own.
  var hasTimes: Bool { self != .avi }

  /// Whether players turn the pictures as the file says; in others they are stored upright.
  var keepsRotation: Bool { [.mp4, .m4v, .mov].contains(self) }

  /// How ffmpeg writes the file.
  func arguments(_ codec: FilmCodec, _ timeBase: FilmDescription.Ratio) -> [String] {
    switch self {
    case .mp4, .m4v, .mov:
      // Times stay those of the film. Apple's players know H.265 by one of its two names only.
      ["-video_track_timescale", String(timeBase.denominator), "-movflags", "+faststart"]
        + (codec == .h265 ? ["-tag:v", "hvc1"] : []) + ["-f", self == .mov ? "mov" : "mp4"]
    case .mkv: ["-f", "matroska"]
    case .webm: ["-f", "webm"]
    case .avi: ["-f", "avi"]
    }
  }

  /// Whether sound of a codec, by ffmpeg's name, can be in the file as it is.
  func holds(sound codec: String) -> Bool {
    switch self {
    case .mkv: true
    case .mp4, .m4v: ["aac", "ac3", "alac", "eac3", "flac", "mp3", "opus"].contains(codec)
    case .mov: ["aac", "ac3", "alac", "mp3"].contains(codec) || codec.hasPrefix("pcm_")
    case .webm: ["opus", "vorbis"].contains(codec)
    case .avi: ["aac", "ac3", "mp3", "mp2", "pcm_s16le", "pcm_u8"].contains(codec)
    }
  }

  /// What sound becomes that cannot be in the file as it is.
  var soundEncoder: String {
    switch self {
    case .webm: "libopus"
    case .avi: "pcm_s16le"
    case .mp4, .m4v, .mov, .mkv: "aac"
    }
  }

  /// The codec that subtitles of a codec get in the file; nil if they cannot be in it.
  func subtitles(_ codec: String) -> String? {
    let isText = ["ass", "mov_text", "ssa", "subrip", "text", "webvtt"].contains(codec)
    return switch self {
    case .mp4, .m4v, .mov: codec == "mov_text" ? "copy" : isText ? "mov_text" : nil
    case .mkv: codec == "mov_text" ? "srt" : "copy"
    case .webm: codec == "webvtt" ? "copy" : isText ? "webvtt" : nil
    case .avi: nil
    }
  }
}
