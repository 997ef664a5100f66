/// How an image is written.
public enum ImageFileFormat: Sendable, Equatable {
  /// Lossless, with the image's own bit depth and its alpha.
  case png
  /// `quality` in 1...100. From 90 on colour keeps its full resolution (4:4:4), below it is halved both ways (4:2:0).
  /// JPEG has no alpha: the picture is laid on white.
  case jpeg(quality: Int = 95)

  /// The format that a file's extension asks for, nil for other extensions than png, jpg and jpeg in any case.
  public init?(pathExtension: String, quality: Int = 95) {
    switch pathExtension.lowercased() {
    case "png": self = .png
    case "jpg", "jpeg": self = .jpeg(quality: quality)
    default: return nil
    }
  }
}
