import Files
import Foundation

/// What a data set consists of.
public struct LabelledSets: Sendable {
  public let training: LabelledImages
  /// Nil where the data set has no part of its own to measure on.
  public let heldOut: LabelledImages?

  /// Finds out which form a data set has.
  ///
  /// - Parameter url: a folder with a subfolder for each class, or of images alone; the same within `train` and one of `test`,
  ///   `val`; a folder with files of MNIST's form (`train-images-idx3-ubyte.gz`, with `t10k-…` held out) or CIFAR's
  ///   (`data_batch_1.bin`, with `test_batch.bin` held out); or one such file.
  ///
  /// Throws `DatasetError`.
  public init(_ url: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw DatasetError.missingFolder(path: url.relativePath)
    }
    guard isFolder.boolValue else {
      let isCIFAR = url.pathExtension.lowercased() == "bin"
      self.init(training: try isCIFAR ? Self.cifar([url]) : Self.idx(url), heldOut: nil)
      return
    }
    let names = try Self.names(in: url)
    func file(_ name: String) -> URL { url.appending(path: name) }
    let idx = names.filter { Self.isIDX($0) }
    if !idx.isEmpty {
      let training = idx.first { $0.hasPrefix("train") } ?? idx[0]
      // A file may lie there compressed, too.
      func plain(_ name: String) -> String { name.hasSuffix(".gz") ? String(name.dropLast(3)) : name }
      let heldOut = idx.first { plain($0) != plain(training) }
      self.init(training: try Self.idx(file(training)), heldOut: try heldOut.map { try Self.idx(file($0)) })
      return
    }
    let binary = names.filter { $0.lowercased().hasSuffix(".bin") }
    if !binary.isEmpty {
      let test = binary.filter { $0.hasPrefix("test") }
      let training = test.count < binary.count ? binary.filter { !test.contains($0) } : test
      self.init(
        training: try Self.cifar(training.map(file)),
        heldOut: training == test || test.isEmpty ? nil : try Self.cifar(test.map(file)))
      return
    }
    guard names.contains("train"), let heldOut = ["test", "val"].first(where: names.contains) else {
      self.init(training: try LabelledImages(ImageFolder(url)), heldOut: nil)
      return
    }
    self.init(
      training: try LabelledImages(ImageFolder(file("train"))), heldOut: try LabelledImages(ImageFolder(file(heldOut))))
    guard training.classes == self.heldOut?.classes else {
      throw DatasetError.unreadableFile(
        path: file(heldOut).relativePath, problem: "its subfolders are not the classes of train: give both the same")
    }
  }

  private init(training: LabelledImages, heldOut: LabelledImages?) {
    (self.training, self.heldOut) = (training, heldOut)
  }

  private static func names(in url: URL) throws(DatasetError) -> [String] {
    do {
      return try FolderEntry.list(url.path).compactMap(\.name)
    } catch {
      throw .cannotList(path: url.relativePath, reason: error.reason)
    }
  }

  private static func isIDX(_ name: String) -> Bool {
    (name.contains("-idx3-") || name.contains(".idx3-")) && name.contains("images")
  }

  /// A file of images, and the file of their labels that is named likewise, if there is one.
  private static func idx(_ url: URL) throws(DatasetError) -> LabelledImages {
    let file = try IDXFile(contentsOf: url)
    let dimensions = file.dimensions
    let channels = dimensions.count == 4 ? dimensions[3] : 1
    guard dimensions.count >= 3, channels == 1 || channels == 3, dimensions.allSatisfy({ $0 > 0 }) else {
      let found = dimensions.map(String.init).joined(separator: "x")
      throw .unreadableFile(
        path: url.relativePath, problem: "it holds \(found) numbers, expected images: count, height and width")
    }
    let images = StoredImages(width: dimensions[2], height: dimensions[1], channels: channels, bytes: file.bytes)
    guard let labels = labels(of: url) else { return LabelledImages(images, classes: [], labels: []) }
    let labelFile = try IDXFile(contentsOf: labels)
    guard labelFile.dimensions == [images.count] else {
      let found = labelFile.dimensions.map(String.init).joined(separator: "x")
      throw .unreadableFile(
        path: labels.relativePath,
        problem: "it holds \(found) labels, expected one for each of the \(images.count) images beside it")
    }
    let numbers = labelFile.bytes.map { Int($0) }
    let count = (numbers.max() ?? 0) + 1
    return LabelledImages(images, classes: (0..<count).map(String.init), labels: numbers)
  }

  private static func labels(of images: URL) -> URL? {
    let name = images.lastPathComponent.replacing("images", with: "labels").replacing("idx3", with: "idx1")
    let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    return [name, plain, plain + ".gz"].filter { $0 != images.lastPathComponent }
      .map { images.deletingLastPathComponent().appending(path: $0) }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }

  private static func cifar(_ urls: [URL]) throws(DatasetError) -> LabelledImages {
    var (bytes, labels, classes) = ([UInt8](), [Int](), nil as Int?)
    for url in urls {
      let file = try CIFARFile(contentsOf: url)
      guard file.classes == classes ?? file.classes else {
        throw .unreadableFile(
          path: url.relativePath, problem: "it has \(file.classes) classes, the files before it \(classes ?? 0)")
      }
      classes = file.classes
      bytes += file.bytes
      labels += file.labels
    }
    let names = urls.first.flatMap { classNames(beside: $0, count: classes ?? 0) }
    return LabelledImages(
      StoredImages(width: CIFARFile.side, height: CIFARFile.side, channels: 3, bytes: bytes),
      classes: names ?? (0..<(classes ?? 0)).map(String.init), labels: labels)
  }

  /// From the text beside CIFAR's files, if that has as many lines.
  private static func classNames(beside url: URL, count: Int) -> [String]? {
    for name in ["batches.meta.txt", "fine_label_names.txt"] {
      let file = url.deletingLastPathComponent().appending(path: name)
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
      let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty }
      if lines.count == count, Set(lines).count == count { return lines }
    }
    return nil
  }
}
