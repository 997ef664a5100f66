import Foundation

/// A text file of captions, one in each line: what an image shows, after the image's file and a tab; or captions alone.
public struct CaptionFile: Sendable, Equatable {
  public let url: URL
  public let captions: [String]
  /// The file of each caption's image, as it is named there; nil for captions alone.
  public let images: [String]?

  /// Throws `DatasetError` for a file that cannot be read or is none such.
  public init(contentsOf url: URL) throws(DatasetError) {
    try self.init(try BinaryData.contents(of: url), from: url)
  }

  /// - Parameter url: the file's, for errors.
  package init(_ data: Data, from url: URL) throws(DatasetError) {
    func failure(_ problem: String) -> DatasetError { .unreadableFile(path: url.relativePath, problem: problem) }
    guard var text = String(data: data, encoding: .utf8) else {
      throw failure("it is no text in UTF-8, expected a caption in each line")
    }
    if text.first == "\u{FEFF}" { text.removeFirst() }
    // Other characters that Unicode counts as ends of lines may be part of a caption.
    var lines = text.split(omittingEmptySubsequences: false) { ["\n", "\r\n", "\r"].contains($0) }
    while lines.last?.allSatisfy(\.isWhitespace) ?? false { lines.removeLast() }
    guard let first = lines.first else { throw failure("it is empty, expected a caption in each line") }
    let haveImages = first.contains("\t")
    var (captions, images) = ([String](), [String]())
    for (index, line) in lines.enumerated() {
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      guard (parts.count == 2) == haveImages else {
        throw failure(
          haveImages
            ? "line \(index + 1) has no tab between an image's file and its caption, as the first one has"
            : "line \(index + 1) has a tab, as between an image's file and its caption, and the first one has none")
      }
      let caption = parts[parts.count - 1].trimmingCharacters(in: .whitespaces)
      guard !caption.isEmpty, !parts[0].isEmpty else {
        throw failure(
          "line \(index + 1) is '\(line.prefix(80))', expected a caption" + (haveImages ? " of a file" : ""))
      }
      captions.append(caption)
      if haveImages { images.append(String(parts[0])) }
    }
    (self.url, self.captions, self.images) = (url, captions, haveImages ? images : nil)
  }
}
