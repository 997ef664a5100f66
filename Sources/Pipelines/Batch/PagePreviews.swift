import Files
import Foundation
import Images

/// Small PNG files for a page, of images in formats that browsers do not show. They lie in a hidden folder beside the page,
/// so that no later batch takes them for photographs.
struct PagePreviews {
  let page: URL

  /// What all widely used browsers show besides AVIF, by the first extension of its kind.
  private static let shownExtensions: Set = ["jpg", "png", "gif", "webp", "bmp"]
  /// The longest side of a preview, in pixels.
  private static let side = 1200

  init(besidePage page: URL) { self.page = page }

  /// The file that the page shows for an image: the image itself or, if browsers do not show it, its preview, which is
  /// made unless it is there already. Nil if the image cannot be read. Throws `FileError`.
  func shownFile(for file: URL, named name: String) throws -> URL? {
    guard !Self.isShown(file) else { return file }
    // The name itself, with an ending, could be longer than file systems allow.
    let preview = page.deletingLastPathComponent().appending(path: ".guise-page/\(Fingerprint(of: name).text).png")
    if let made = FileStamp(preview), let stamp = FileStamp(file), made.changed >= stamp.changed { return preview }
    guard var image = try? Image(contentsOf: file) else { return nil }
    image.metadata = image.metadata.limited(to: .nothing)
    image.bitDepth = .eight
    let scale = min(1, Double(Self.side) / Double(max(image.width, image.height)))
    func side(_ side: Int) -> Int { max(1, Int((Double(side) * scale).rounded())) }
    let small = image.resized(toWidth: side(image.width), height: side(image.height))
    try Folder.make(preview.deletingLastPathComponent())
    try AtomicFile.write(small.encoded(as: .png, path: preview.relativePath), to: preview)
    return preview
  }

  /// Browsers go by what a file's bytes say it is, whatever its name.
  private static func isShown(_ file: URL) -> Bool {
    let pathExtension = file.pathExtension.lowercased()
    let kind = ImageFileKind(contentsOf: Array(file.path.utf8CString)) ?? ImageFileKind(pathExtension: pathExtension)
    guard let kind else { return false }
    return kind == .heif ? pathExtension == "avif" : shownExtensions.contains(kind.extensions[0])
  }
}
