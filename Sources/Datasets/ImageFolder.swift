import Foundation

/// The images in a folder and its subfolders: jpg, jpeg and png files in any letter case, but no hidden ones.
///
/// Symbolic links are followed; a folder reached twice is listed once, under its own path if that lies within.
public struct ImageFolder: Sendable, Equatable {
  public let url: URL
  /// Sorted by UTF-8 bytes, so that the order is the same on every machine.
  public let relativePaths: [String]
  /// Paths with an image's name that lead to no file: broken links, and names that are not UTF-8.
  public let brokenPaths: [String]

  private static let extensions: Set<String> = ["jpg", "jpeg", "png"]

  /// Throws `DatasetError` if there is no folder, if it holds no image, or if it cannot be read.
  public init(_ url: URL) throws {
    guard FolderIdentity(url.path) != nil else { throw DatasetError.missingFolder(path: url.relativePath) }
    let paths = try Self.imagePaths(in: url)
    guard !paths.images.isEmpty else { throw DatasetError.noImages(path: url.relativePath) }
    self.url = url
    relativePaths = paths.images.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    brokenPaths = paths.broken.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  public var count: Int { relativePaths.count }

  public subscript(index: Int) -> URL { url.appending(path: relativePaths[index]) }

  public var files: [URL] { relativePaths.map { url.appending(path: $0) } }

  /// Whether a file name is that of an image, and not hidden.
  public static func isImage(_ name: String) -> Bool {
    !name.hasPrefix(".") && extensions.contains((name as NSString).pathExtension.lowercased())
  }

  /// Linked folders are entered last, so that an image reached twice is listed under the path without a link.
  private static func imagePaths(in root: URL) throws -> (images: [String], broken: [String]) {
    var (folders, linkedFolders) = ([""], [String]())
    var (visited, images, broken) = (Set<FolderIdentity>(), [String](), [String]())
    while let folder = folders.popLast() ?? linkedFolders.popLast() {
      let path = folder.isEmpty ? root.path : root.path + "/" + folder
      guard let identity = FolderIdentity(path), visited.insert(identity).inserted else { continue }
      for name in try names(in: path).sorted(by: >) where !name.hasPrefix(".") {
        let relativePath = folder.isEmpty ? name : folder + "/" + name
        switch kind(of: path + "/" + name) {
        case .folder: folders.append(relativePath)
        case .linkedFolder: linkedFolders.append(relativePath)
        case .file: if isImage(name) { images.append(relativePath) }
        case .nothing: if isImage(name) { broken.append(relativePath) }
        case .other: break
        }
      }
    }
    return (images, broken)
  }

  private static func names(in path: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      let reason = access(path, R_OK | X_OK) == 0 ? error.localizedDescription : String(cString: strerror(errno))
      throw DatasetError.cannotList(path: path, reason: reason)
    }
  }

  private enum Kind { case file, folder, linkedFolder, nothing, other }

  private static func kind(of path: String) -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else { return .nothing }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR:
      guard lstat(path, &status) == 0 else { return .nothing }
      return status.st_mode & S_IFMT == S_IFLNK ? .linkedFolder : .folder
    default: return .other
    }
  }
}

/// A folder's device and inode: equal for all paths that lead to it.
private struct FolderIdentity: Hashable {
  private let device: UInt
  private let node: UInt

  /// Nil if there is no folder.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
    device = UInt(status.st_dev)
    node = UInt(status.st_ino)
  }
}
