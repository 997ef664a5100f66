import Images

/// The format in which results are written.
public enum OutputFormat: String, Sendable, CaseIterable {
  /// The format of each one's input; JPEG for HEIC and AVIF, which are not written, and PNG for others.
  case same
  case png
  case jpg
  case webp
  case tiff

  /// The extension of an input's result.
  ///
  /// - Parameter inputExtension: the input's own.
  func fileExtension(forInput inputExtension: String) -> String {
    guard self == .same else { return rawValue }
    if ImageFileFormat(pathExtension: inputExtension) != nil { return inputExtension }
    return ImageFileKind(pathExtension: inputExtension) == .heif ? "jpg" : "png"
  }
}
