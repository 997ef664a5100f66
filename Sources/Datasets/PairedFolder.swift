import Foundation
import Images

/// Pairs of images, in one of two layouts: side by side in one file, A left and B right, in `<root>/train`; or in two
/// folders, `<root>/trainA` and `<root>/trainB`, under the same names. Other splits replace `train` by their name.
public struct PairedFolder: Sendable {
  public enum Side: Sendable { case a, b }

  private enum Layout: Sendable {
    case sideBySide(ImageFolder)
    case twoFolders(a: [URL], b: [URL])
  }

  private let layout: Layout

  /// Throws `DatasetError` if neither layout is found, or if images have no partner or one of another size, and
  /// `ImageError` for a file that is not an image.
  public init(root: URL, split: String = "train") throws {
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: root.appending(path: name).path) }
    guard exists("") else { throw DatasetError.missingFolder(path: root.relativePath) }
    if exists(split) {
      let folder = try Self.halves(root.appending(path: split))
      layout = .sideBySide(folder)
      notices = folder.notices
    } else if exists(split + "A"), exists(split + "B") {
      let a = try ImageFolder(root.appending(path: split + "A"))
      let b = try ImageFolder(root.appending(path: split + "B"))
      layout = try Self.matched(a, b)
      notices = a.notices + b.notices
    } else {
      throw DatasetError.missingPairs(root: root.relativePath, split: split)
    }
  }

  /// Whether a folder holds such a split, in either layout.
  public static func exists(root: URL, split: String) -> Bool {
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: root.appending(path: name).path) }
    return exists(split) || exists(split + "A") && exists(split + "B")
  }

  /// What was left out of the folders, and what in them cannot be read.
  public let notices: [String]

  public var count: Int {
    switch layout {
    case .sideBySide(let folder): folder.count
    case .twoFolders(let a, _): a.count
    }
  }

  /// Throws `ImageError`, which names the file.
  public func image(_ side: Side, of index: Int) throws -> Image {
    switch layout {
    case .sideBySide(let folder):
      let both = try Image(contentsOf: folder[index])
      let width = both.width / 2
      return both.cropped(x: side == .a ? 0 : width, y: 0, width: width, height: both.height)
    case .twoFolders(let a, let b):
      return try Image(contentsOf: side == .a ? a[index] : b[index])
    }
  }

  private static func halves(_ folder: URL) throws -> ImageFolder {
    let images = try ImageFolder(folder)
    let problems = try zip(images.relativePaths, images.files).compactMap { path, file -> String? in
      let header = try ImageHeader(contentsOf: file)
      return header.width % 2 == 0 ? nil : "\(path) is \(header.width) pixels wide, which two halves do not make"
    }
    guard problems.isEmpty else { throw DatasetError.unmatchedPairs(path: folder.relativePath, problems: problems) }
    return images
  }

  /// Pairs images by relative path, without the extension.
  private static func matched(_ a: ImageFolder, _ b: ImageFolder) throws -> Layout {
    var problems: [String] = []
    func byName(_ folder: ImageFolder) -> [String: String] {
      Dictionary(folder.relativePaths.map { (($0 as NSString).deletingPathExtension, $0) }) { first, second in
        problems.append("\(folder.url.lastPathComponent) holds both \(first) and \(second)")
        return first
      }
    }
    let (namesA, namesB) = (byName(a), byName(b))
    func missing(_ names: [String: String], _ others: [String: String], in folder: ImageFolder) -> [String] {
      names.filter { others[$0.key] == nil }.values.sorted().map {
        "\($0) has no partner in \(folder.url.lastPathComponent)"
      }
    }
    problems += missing(namesA, namesB, in: b) + missing(namesB, namesA, in: a)
    let common = namesA.keys.filter { namesB[$0] != nil }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let files = common.map { name in
      (a: a.url.appending(path: namesA[name] ?? name), b: b.url.appending(path: namesB[name] ?? name))
    }
    problems += try files.compactMap { pair -> String? in
      let (first, second) = (try ImageHeader(contentsOf: pair.a), try ImageHeader(contentsOf: pair.b))
      guard (first.width, first.height) != (second.width, second.height) else { return nil }
      return "\(pair.a.lastPathComponent) is \(first.width)x\(first.height) in \(a.url.lastPathComponent) and "
        + "\(second.width)x\(second.height) in \(b.url.lastPathComponent)"
    }
    guard problems.isEmpty else {
      throw DatasetError.unmatchedPairs(path: a.url.deletingLastPathComponent().relativePath, problems: problems)
    }
    return .twoFolders(a: files.map(\.a), b: files.map(\.b))
  }
}
