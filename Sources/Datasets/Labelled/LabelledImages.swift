import Foundation
import Images
import Tensors

/// Images, each of one of several classes or all without one: a folder with a subfolder for each class, a folder of
/// images, or the files of MNIST or CIFAR.
public struct LabelledImages: Sendable {
  /// The classes' names; empty for images without classes.
  public let classes: [String]
  /// The class of each image; empty for images without classes.
  public private(set) var labels: [Int]
  /// The source's place of each image.
  private var places: [Int]
  private let source: Source

  private enum Source {
    case stored(StoredImages)
    case folder(TrainingImages)
  }

  init(_ images: StoredImages, classes: [String], labels: [Int]) {
    source = .stored(images)
    places = Array(0..<images.count)
    (self.classes, self.labels) = (classes, labels)
  }

  /// Images of subfolders that are classes; without classes if some lie in no subfolder.
  ///
  /// Throws `DatasetError`.
  init(_ folder: ImageFolder) throws {
    let images = try TrainingImages(folder)
    let paths = Dictionary(zip(folder.files.map(\.path), folder.relativePaths)) { first, _ in first }
    let folders = images.files.map { file -> String? in
      let parts = (paths[file.path] ?? "").split(separator: "/")
      return parts.count > 1 ? String(parts[0]) : nil
    }
    let hasClasses = !folders.contains(nil)
    let names = hasClasses ? Set(folders.compactMap(\.self)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } : []
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    source = .folder(images)
    places = Array(0..<images.count)
    classes = names
    labels = hasClasses ? folders.compactMap { $0.flatMap { numbers[$0] } } : []
  }

  /// Images with a caption each, some perhaps with several; the captions count as classes. Images that cannot be read are
  /// passed over with their captions.
  ///
  /// - Parameters:
  ///   - root: the folder in which the captions' files lie.
  ///   - captions: of files, whose names are taken byte for byte.
  ///
  /// Throws `DatasetError`, also if the captions name no files, or files that are not in the folder.
  public init(in root: URL, captions: CaptionFile) throws {
    func failure(_ problem: String) -> DatasetError {
      .unreadableFile(path: captions.url.relativePath, problem: problem)
    }
    guard let names = captions.images else {
      throw failure("its first line has no tab, expected an image's file, a tab and its caption in each line")
    }
    var files: [URL] = []
    var numbers: [[UInt8]: Int] = [:]
    var missing: [String] = []
    for name in names where numbers[Array(name.utf8)] == nil {
      let isWithin = !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
      let file = root.appending(path: name)
      if !isWithin || !FileManager.default.fileExists(atPath: file.path) { missing.append(name) }
      numbers[Array(name.utf8)] = files.count
      files.append(file)
    }
    guard missing.isEmpty else {
      throw failure(
        "\(missing.count) of its \(files.count) files are not in \(root.relativePath), such as \(missing[0]): "
          + "names are relative to that folder, as in birds/1.jpg")
    }
    let images = try TrainingImages(files, in: root)
    let readable = Dictionary(uniqueKeysWithValues: images.files.enumerated().map { ($1, $0) })
    let found = names.map { name in numbers[Array(name.utf8)].flatMap { readable[files[$0]] } }
    source = .folder(images)
    places = found.compactMap(\.self)
    classes = captions.captions
    labels = found.indices.filter { found[$0] != nil }
  }

  public var count: Int { places.count }

  /// Whether none of them has colours.
  public var areGray: Bool {
    switch source {
    case .stored(let images): images.channels == 1
    case .folder(let images): images.areGray
    }
  }

  /// Remarks on what was left out, one line each.
  public var notices: [String] {
    if case .folder(let images) = source { images.notices } else { [] }
  }

  /// Remarks since the last call, one line each.
  package func newNotices() -> [String] {
    if case .folder(let images) = source { images.newNotices() } else { [] }
  }

  /// What is made of an image, or of the next that can be read.
  ///
  /// - Parameter make: is given the image's place in the source, which is its name, and what reads it.
  func reading<Value>(
    _ index: Int, _ make: (_ name: String, _ image: () throws -> Image) throws -> Value
  ) throws -> (value: Value, label: Int?) {
    func label(_ index: Int) -> Int? { labels.isEmpty ? nil : labels[index] }
    switch source {
    case .stored(let images):
      return (try make("\(places[index])") { images[places[index]] }, label(index))
    case .folder(let images):
      for index in (index..<index + count).map({ $0 % count }) {
        let value = try images.damaged.passing(over: places[index]) { place in
          try make("\(place)") { try Image(contentsOf: images[place]) }
        }
        if let value { return (value, label(index)) }
      }
      throw DatasetError.noImages(path: images.path, notices: ["none that could be read is left to draw from"])
    }
  }

  /// The same images in two parts, the second of which has about `share` of them, at least one, drawn the same each time.
  public func split(heldBack share: Double) -> (rest: LabelledImages, heldBack: LabelledImages) {
    let held = min(max(1, Int((Double(count) * share).rounded())), count - 1)
    let order = Random(seed: 0, purpose: "datasets.heldBack").permutation(of: count)
    return (part(order.dropFirst(held).sorted()), part(order.prefix(held).sorted()))
  }

  /// As many of each class, drawn the same each time for a seed; each class must have so many.
  public func chosen(_ count: Int, seed: UInt64) -> LabelledImages {
    var left = Array(repeating: count, count: classes.count)
    let order = Random(seed: seed, purpose: "datasets.labelled").permutation(of: self.count)
    let chosen = order.filter { index in
      left[labels[index]] -= 1
      return left[labels[index]] >= 0
    }
    return part(chosen.sorted())
  }

  private func part(_ indices: [Int]) -> LabelledImages {
    var part = self
    part.places = indices.map { places[$0] }
    part.labels = labels.isEmpty ? [] : indices.map { labels[$0] }
    return part
  }
}
