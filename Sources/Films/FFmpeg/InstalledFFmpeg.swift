import Foundation

/// The programs that films need, where they are installed.
public enum InstalledFFmpeg {
  /// ffmpeg's version, such as `5.1.6`; nil if ffmpeg or ffprobe is not on the path, or does not say.
  public static var version: String? {
    guard (try? FFmpeg.ffprobe.executable()) != nil, let text = try? FFmpeg.version() else { return nil }
    return text.firstMatch(of: /version (\S+)/).map { String($0.1) }
  }
}
