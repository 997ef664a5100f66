import Files
import Foundation
import Images

/// Finds the images in a folder and its subfolders, and accounts for everything else.
///
/// An extension decides what a file is. One that is unknown or missing, or of a kind that is not read, may hide a JPEG or
/// PNG file: such files are looked into.
struct FolderSearch {
  private(set) var images: [String] = []
  private(set) var films: [String] = []
  private(set) var unreadable: [UnreadablePath] = []
  private(set) var leftOut = LeftOutFiles()
  private let root: String
  private let filmExtensions: Set<String>

  /// Files that lie beside photographs and are not meant as images: nobody misses them.
  private static let companions: Set<String> = [
    "aae", "bak", "cfg", "cos", "css", "csv", "db", "dop", "html", "htm", "ini", "js", "json", "jsonl", "lnk", "log",
    "md", "md5", "nfo", "pp3", "py", "sfv", "sh", "sha1", "sha256", "thm", "tmp", "toml", "tsv", "txt", "url", "vrd",
    "xml", "xmp", "yaml", "yml",
  ]

  /// Linked folders are entered last, so that an image reached twice is listed under the path without a link.
  ///
  /// - Parameters:
  ///   - excluded: a folder that is not entered.
  ///   - filmExtensions: of files that are listed as films, in lower case.
  ///
  /// Throws `DatasetError` if the folder itself cannot be listed.
  init(_ url: URL, excluding excluded: URL?, filmExtensions: Set<String>) throws(DatasetError) {
    root = url.path
    self.filmExtensions = filmExtensions
    var (folders, linkedFolders) = ([""], [String]())
    var visited = Set([excluded.flatMap { FolderIdentity($0.path) }].compactMap { $0 })
    while let folder = folders.popLast() ?? linkedFolders.popLast() {
      let path = folder.isEmpty ? root : root + "/" + folder
      guard let identity = FolderIdentity(path), visited.insert(identity).inserted else { continue }
      let entries: [FolderEntry]
      do {
        entries = try FolderEntry.list(path)
      } catch {
        guard !folder.isEmpty else { throw DatasetError.cannotList(path: url.relativePath, reason: error.reason) }
        unreadable.append(UnreadablePath(path: folder, isFolder: true, reason: error.reason))
        continue
      }
      for entry in entries.reversed() where entry.bytes.first != UInt8(ascii: ".") {
        let item = Item(entry, in: folder, root: root)
        switch item.form {
        case .folder where entry.name != nil: folders.append(item.path)
        case .linkedFolder where entry.name != nil: linkedFolders.append(item.path)
        case .folder, .linkedFolder:
          unreadable.append(UnreadablePath(path: item.path, isFolder: true, reason: UnreadablePath.notUTF8))
        case .file, .none: take(item, entry)
        }
      }
    }
    images.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    films.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    unreadable.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  private mutating func take(_ item: Item, _ entry: FolderEntry) {
    let pathExtension = (entry.shown as NSString).pathExtension.lowercased()
    guard !Self.companions.contains(pathExtension) else { return }
    let named = ImageFileKind(pathExtension: pathExtension)
    let obstacle: String? =
      switch item.form {
      case .none(let reason): reason
      default: entry.name == nil ? UnreadablePath.notUTF8 : nil
      }
    if filmExtensions.contains(pathExtension) {
      accept(item, obstacle, isFolder: entry.isFolder, as: \.films)
    } else if named?.isRead == true {
      accept(item, obstacle, isFolder: entry.isFolder)
    } else if case .none(let reason) = item.form, entry.isFolder {
      unreadable.append(UnreadablePath(path: item.path, isFolder: true, reason: reason))
    } else {
      let found = item.form == .file ? ImageFileKind(contentsOf: item.location) : nil
      let isImage = named == nil ? found?.isRead == true : found?.isKnownUnderAnyName == true
      if isImage { accept(item, obstacle, isFolder: false) } else { leftOut.add(named ?? found) }
    }
  }

  private mutating func accept(
    _ item: Item, _ obstacle: String?, isFolder: Bool, as list: WritableKeyPath<FolderSearch, [String]> = \.images
  ) {
    if let obstacle {
      unreadable.append(UnreadablePath(path: item.path, isFolder: isFolder, reason: obstacle))
    } else {
      self[keyPath: list].append(item.path)
    }
  }
}

/// What a name in a folder leads to.
private struct Item {
  enum Form: Equatable {
    case file, folder, linkedFolder
    /// Nothing that could be read.
    case none(reason: String)
  }

  /// Below the folder that is searched.
  let path: String
  /// The path's bytes for system calls, with a terminating zero.
  let location: [CChar]
  let form: Form

  init(_ entry: FolderEntry, in folder: String, root: String) {
    path = folder.isEmpty ? entry.shown : folder + "/" + entry.shown
    let start = folder.isEmpty ? root : root + "/" + folder
    location = (Array(start.utf8) + [UInt8(ascii: "/")] + entry.bytes + [0]).map { CChar(bitPattern: $0) }
    form = Self.form(location)
  }

  private static func form(_ location: [CChar]) -> Form {
    var status = stat()
    let isLink = lstat(location, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    guard stat(location, &status) == 0 else {
      let code = errno
      return .none(reason: isLink && code == ENOENT ? UnreadablePath.linkToNothing : FileError.reason(code))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return isLink ? .linkedFolder : .folder
    default: return .none(reason: "it is a device, a pipe or a socket")
    }
  }
}

/// A folder's device and inode: equal for all paths that lead to it.
struct FolderIdentity: Hashable {
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
