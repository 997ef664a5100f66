/// A way to encode films.
public enum FilmCodec: String, Codable, Sendable, CaseIterable {
  case h264, h265, av1, vp9
  /// Without loss.
  case ffv1
  case prores

  /// ffmpeg's encoder.
  var encoder: String {
    switch self {
    case .h264: "libx264"
    case .h265: "libx265"
    case .av1: "libsvtav1"
    case .vp9: "libvpx-vp9"
    case .ffv1: "ffv1"
    case .prores: "prores_ks"
    }
  }

  /// - Parameter quality: 1...100.
  func arguments(quality: Int) -> [String] {
    switch self {
    case .h264: ["-preset", "medium", "-crf", String(Self.rateFactor(quality, largest: 51))]
    case .h265: ["-preset", "medium", "-x265-params", "log-level=error:crf=\(Self.rateFactor(quality, largest: 51))"]
    case .av1: ["-preset", "7", "-crf", String(max(1, Self.rateFactor(quality, largest: 63)))]
    case .vp9: ["-b:v", "0", "-row-mt", "1", "-cpu-used", "2", "-crf", String(Self.rateFactor(quality, largest: 63))]
    case .ffv1: ["-level", "3", "-g", "1"]
    case .prores: ["-profile:v", quality > 95 ? "4" : quality > 60 ? "3" : "2"]
    }
  }

  /// The encoders' own scale, from 0 for the best: 95 becomes 0.27 of it, where losses are small, and 100 becomes 0.
  private static func rateFactor(_ quality: Int, largest: Int) -> Int {
    let best = 0.27
    let lost = Double(100 - quality)
    let share = lost <= 5 ? best * lost / 5 : best + (1 - best) * (lost - 5) / 94
    return Int((share * Double(largest)).rounded())
  }

  func holds(subsampling: String) -> Bool {
    switch self {
    case .av1: subsampling == "420"
    case .prores: subsampling != "420"
    case .h264, .h265, .vp9, .ffv1: true
    }
  }
}
