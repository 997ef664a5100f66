import Files
import Foundation
import Images

/// Small PNG files for a page, of images in formats that browsers do not show. They lie in a hidden folder beside the page,
/// so that no later batch takes them for photographs.
struct PagePreviews {
  let page: URL

  /// What all widely used browsers show.
  private static let shownExtensions: Set = ["jpg", "jpeg", "png", "gif", "webp", "avif", "bmp"]
  /// The longest side of a preview, in pixels.
  private static let side = 1200

  init(besidePage page: URL) { self.page = page }

  /// The file that the page shows for an image: the image itself or, if browsers do not show it, its preview, which is
  /// made unless it is there already. Nil if the image cannot be read. Throws `FileError`.
  func shownFile(for file: URL, named name: String) throws -> URL? {
    guard !Self.shownExtensions.contains(file.pathExtension.lowercased()) else { return file }
    let preview = page.deletingLastPathComponent().appending(path: ".guise-page/\(name).png")
    if let made = FileStamp(preview), let stamp = FileStamp(file), made.changed >= stamp.changed { return preview }
    guard var image = try? Image(contentsOf: file) else { return nil }
    image.metadata = image.metadata.limited(to: .nothing)
    image.bitDepth = .eight
    let scale = min(1, Double(Self.side) / Double(max(image.width, image.height)))
    func side(_ side: Int) -> Int { max(1, Int((Double(side) * scale).rounded())) }
    let small = image.resized(toWidth: side(image.width), height: side(image.height))
    let folder = preview.deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError.cannotWrite(path: folder.relativePath, reason: "the folder could not be made")
    }
    try AtomicFile.write(small.encoded(as: .png, path: preview.relativePath), to: preview)
    return preview
  }
}
