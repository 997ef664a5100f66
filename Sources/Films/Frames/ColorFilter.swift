/// What ffmpeg's filter `scale` is told of colours.
enum ColorFilter {
  /// Exact rather than fast.
  static let flags = "bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact"

  /// The name that the filter has for a matrix.
  static func matrix(_ name: String) -> String {
    switch name {
    case "bt709", "fcc", "smpte240m": name
    case "bt2020nc", "bt2020c": "bt2020"
    case "bt470bg", "smpte170m": "bt601"
    // RGB, and matrices that the filter does not know.
    default: "auto"
    }
  }
}
