import Foundation
import Images

/// The images in a folder and its subfolders, but no hidden ones.
///
/// Images are files with the extension of a kind that is read (`ImageFileKind`), in upper or lower case, and JPEG and PNG
/// files under other names. Symbolic links are followed; a folder reached twice is listed once, under its own path if
/// that lies within.
public struct ImageFolder: Sendable, Equatable {
  public let url: URL
  /// Sorted by UTF-8 bytes, so that the order is the same on every machine.
  public let relativePaths: [String]
  /// Films, if their endings were given; sorted likewise.
  public let films: [String]
  /// What should have been read, and cannot be: links to nothing, names that are not UTF-8, folders that cannot be
  /// listed, paths that are too long.
  public let unreadable: [UnreadablePath]
  /// Files of other kinds, except for texts and the like that lie beside photographs.
  public let leftOut: LeftOutFiles

  /// - Parameters:
  ///   - excluded: a folder within, which is not entered.
  ///   - mayBeEmpty: whether a folder without images will do.
  ///   - filmExtensions: of files that are listed as films, in lower case.
  ///
  /// Throws `DatasetError` if there is no folder, if it holds no image, or if it cannot be read.
  public init(
    _ url: URL, excluding excluded: URL? = nil, mayBeEmpty: Bool = false, filmExtensions: Set<String> = []
  ) throws(DatasetError) {
    guard FolderIdentity(url.path) != nil else { throw DatasetError.missingFolder(path: url.relativePath) }
    let search = try FolderSearch(url, excluding: excluded, filmExtensions: filmExtensions)
    self.url = url
    (relativePaths, films, leftOut) = (search.images, search.films, search.leftOut)
    unreadable = search.unreadable.map { found in
      var found = found
      found.path = url.relativePath + "/" + found.path
      return found
    }
    guard !relativePaths.isEmpty || mayBeEmpty else {
      throw DatasetError.noImages(path: url.relativePath, notices: Self.notices(leftOut, unreadable))
    }
  }

  public var count: Int { relativePaths.count }

  public subscript(index: Int) -> URL { url.appending(path: relativePaths[index]) }

  public var files: [URL] { relativePaths.map { url.appending(path: $0) } }

  /// A line on the files that are left out, and one on what cannot be read.
  public var notices: [String] { Self.notices(leftOut, unreadable).map { "in \(url.relativePath), \($0)" } }

  private static func notices(_ leftOut: LeftOutFiles, _ unreadable: [UnreadablePath]) -> [String] {
    let obstacles = unreadable.first.map { first in
      unreadable.count == 1
        ? "\(first)" : "\(unreadable.count) paths cannot be read, such as \(first.path): \(first.reason)"
    }
    return [leftOut.text, obstacles].compactMap { $0 }
  }
}
