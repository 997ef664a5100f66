import Datasets
import Files
import Foundation
import Images

/// The folder of photographs that the server was given: its files are named by paths below it, and nothing else is.
struct PhotoFolder: Sendable {
  /// With all links resolved.
  let root: URL

  struct Entry: Encodable, Sendable {
    let name: String
    let path: String
    let isFolder: Bool
    var bytes: Int?
  }

  init(_ root: URL) {
    self.root = URL(filePath: root.standardizedFileURL.resolvingSymlinksInPath().path, directoryHint: .isDirectory)
  }

  var name: String { root.lastPathComponent }

  /// The file or folder at a path. Links are followed, but not out of the folder. Throws `Refusal`.
  func url(_ path: String) throws(Refusal) -> URL {
    guard !path.unicodeScalars.contains("\0"), !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
      throw .forbidden("'\(path)' leads out of the folder of photographs: expected a path below it")
    }
    let url = path.isEmpty ? root : root.appending(path: path)
    guard let real = realpath(url.path, nil) else {
      throw errno == EACCES
        ? .forbidden("'\(path)' may not be read") : .missing("there is no '\(path)' in the folder of photographs")
    }
    defer { free(real) }
    let resolved = String(cString: real)
    let inside = root.path == "/" ? "/" : "\(root.path)/"
    guard resolved == root.path || resolved.hasPrefix(inside) else {
      throw .forbidden("'\(path)' is a link that leads out of the folder of photographs")
    }
    return URL(filePath: resolved)
  }

  /// A regular file: anything else, such as a device or a pipe, is not read. Throws `Refusal`.
  func file(_ path: String) throws(Refusal) -> URL {
    let url = try url(path)
    var status = stat()
    guard stat(url.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .invalid("'\(path)' is no file: expected an image")
    }
    return url
  }

  /// The paths of all images that a path stands for: an image, or a folder with those below it. Throws `Refusal`.
  func images(_ path: String) throws(Refusal) -> [String] {
    let url = try url(path)
    guard Self.isFolder(url) else {
      _ = try file(path)
      return [path]
    }
    guard let found = try? ImageFolder(url, mayBeEmpty: true) else { throw .missing("'\(path)' cannot be listed") }
    let prefix = path.isEmpty ? "" : path.hasSuffix("/") ? path : "\(path)/"
    // What a link leads to elsewhere is left out.
    return found.relativePaths.map { prefix + $0 }.filter { (try? file($0)) != nil }
  }

  /// Folders and images in a folder, folders first. Throws `Refusal`.
  func list(_ path: String) throws(Refusal) -> [Entry] {
    let folder = try url(path)
    let found: [FolderEntry]
    do {
      found = try FolderEntry.list(folder.path)
    } catch {
      throw .missing("'\(path)' cannot be listed: \(error.reason)")
    }
    let prefix = path.isEmpty ? "" : path.hasSuffix("/") ? path : "\(path)/"
    var (folders, images): ([Entry], [Entry]) = ([], [])
    for entry in found {
      guard let name = entry.name, !name.hasPrefix("."), let url = try? url(prefix + name) else { continue }
      if Self.isFolder(url) {
        folders.append(Entry(name: name, path: prefix + name, isFolder: true))
      } else if ImageFileKind(pathExtension: (name as NSString).pathExtension)?.isRead == true {
        images.append(Entry(name: name, path: prefix + name, isFolder: false, bytes: FileStamp(url)?.size))
      }
    }
    return folders + images
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
