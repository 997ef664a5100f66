import Foundation
import Images

/// Pairs of images, in one of two layouts: side by side in one file, A left and B right, in `<root>/train`; or in two
/// folders, `<root>/trainA` and `<root>/trainB`, under the same names. Other splits replace `train` by their name.
public struct PairedFolder: Sendable {
  public enum Side: Sendable { case a, b }

  private enum Layout: Sendable {
    case sideBySide([URL])
    case twoFolders(a: [URL], b: [URL])
  }

  private let layout: Layout
  private let grayA: Bool, grayB: Bool
  package let damaged: DamagedImages
  /// What was left out of the folders, and what in them cannot be read.
  public let notices: [String]

  /// Pairs whose headers cannot be read are left out. Throws `DatasetError` if neither layout is found, if images have no
  /// partner or one of another size, or if too many cannot be read.
  public init(root: URL, split: String = "train") throws {
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: root.appending(path: name).path) }
    guard exists("") else { throw DatasetError.missingFolder(path: root.relativePath) }
    if exists(split) {
      self = try PairedFolder(halvesIn: root.appending(path: split))
    } else if exists(split + "A"), exists(split + "B") {
      self = try PairedFolder(
        ImageFolder(root.appending(path: split + "A")), ImageFolder(root.appending(path: split + "B")))
    } else {
      throw DatasetError.missingPairs(root: root.relativePath, split: split)
    }
  }

  /// Whether a folder holds such a split, in either layout.
  public static func exists(root: URL, split: String) -> Bool {
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: root.appending(path: name).path) }
    return exists(split) || exists(split + "A") && exists(split + "B")
  }

  public var count: Int {
    switch layout {
    case .sideBySide(let files): files.count
    case .twoFolders(let a, _): a.count
    }
  }

  /// Whether none of a side's images has colours.
  public func isGray(_ side: Side) -> Bool { side == .a ? grayA : grayB }

  /// Throws `ImageError`, which names the file.
  public func image(_ side: Side, of index: Int) throws -> Image {
    switch layout {
    case .sideBySide(let files):
      let both = try Image(contentsOf: files[index])
      let width = both.width / 2
      return both.cropped(x: side == .a ? 0 : width, y: 0, width: width, height: both.height)
    case .twoFolders(let a, let b):
      return try Image(contentsOf: side == .a ? a[index] : b[index])
    }
  }

  private init(halvesIn folder: URL) throws {
    let images = try TrainingImages(ImageFolder(folder))
    let problems = zip(images.files, images.headers).compactMap { file, header in
      header.width % 2 == 0
        ? nil : "\(file.lastPathComponent) is \(header.width) pixels wide, which two halves do not make"
    }
    guard problems.isEmpty else { throw DatasetError.unmatchedPairs(path: folder.relativePath, problems: problems) }
    layout = .sideBySide(images.files)
    (grayA, grayB) = (images.areGray, images.areGray)
    damaged = images.damaged
    notices = images.notices
  }

  /// Pairs images by relative path, without the extension.
  private init(_ a: ImageFolder, _ b: ImageFolder) throws {
    var (pairs, problems) = Self.matched(a, b)
    let headersA = TrainingImages.headers(of: pairs.map(\.a)), headersB = TrainingImages.headers(of: pairs.map(\.b))
    let readable = pairs.indices.compactMap { index -> (index: Int, a: ImageHeader, b: ImageHeader)? in
      guard let first = try? headersA[index].get(), let second = try? headersB[index].get() else { return nil }
      return (index, first, second)
    }
    problems += readable.compactMap { index, first, second in
      guard (first.width, first.height) != (second.width, second.height) else { return nil }
      return "\(pairs[index].a.lastPathComponent) is \(first.width)x\(first.height) in \(a.url.lastPathComponent) and "
        + "\(second.width)x\(second.height) in \(b.url.lastPathComponent)"
    }
    let path = a.url.deletingLastPathComponent().relativePath
    guard problems.isEmpty else { throw DatasetError.unmatchedPairs(path: path, problems: problems) }
    damaged = DamagedImages(in: path, total: pairs.count)
    try damaged.add(headersA.problems + headersB.problems)
    pairs = readable.map { pairs[$0.index] }
    layout = .twoFolders(a: pairs.map(\.a), b: pairs.map(\.b))
    notices = a.notices + b.notices
    (grayA, grayB) = (readable.allSatisfy { $0.a.channels < 3 }, readable.allSatisfy { $0.b.channels < 3 })
  }

  private static func matched(_ a: ImageFolder, _ b: ImageFolder) -> (pairs: [(a: URL, b: URL)], problems: [String]) {
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
    let pairs = common.map { name in
      (a: a.url.appending(path: namesA[name] ?? name), b: b.url.appending(path: namesB[name] ?? name))
    }
    return (pairs, problems)
  }
}
