import Datasets
import Foundation
import Images
import Tensors
import TestSupport
import Testing

/// Images of classes: from folders, and from the files of MNIST and CIFAR, some of them hostile.
@Suite struct LabelledDatasetTests {
  private static let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/Labelled")
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func copy(_ names: String...) throws {
    for name in names { try folder.add(name, Data(contentsOf: Self.golden.appending(path: name))) }
  }

  private func all(_ images: LabelledImages, size: Int = 4) throws -> LabelledSample {
    try LabelledDataset(
      images, augmentation: Augmentation(loadSize: size, cropSize: size, flip: false), channels: 1, seed: 1
    ).images(0..<images.count)
  }

  private func level(_ value: Float) -> Int { Int(((value + 1) * 127.5).rounded()) }

  @Test func mnistsFilesAreRead() throws {
    try copy(
      "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    let sets = try LabelledSets(folder.url)
    let heldOut = try #require(sets.heldOut)
    for images in [sets.training, heldOut] {
      #expect(images.classes == ["0", "1", "2"] && images.labels == [0, 1, 2, 0, 1, 2] && images.areGray)
    }
    let file = try IDXFile(contentsOf: folder.url.appending(path: "train-images-idx3-ubyte.gz"))
    #expect(file.dimensions == [6, 5, 4])
    // The fourth image's pixel in row 2 and column 1: 3 * 31 + 2 * 7 + 1.
    #expect(file.bytes[69] == 108)
    #expect(try IDXFile(contentsOf: folder.url.appending(path: "t10k-images-idx3-ubyte")) == file)
    let sample = try all(sets.training)
    #expect(sample.images.shape == [6, 4, 4, 1])
    let expected: [Float] = [1, 0, 0, 0, 1, 0, 0, 0, 1]
    #expect(sample.classes?.scalars == expected + expected)
  }

  @Test func aFileBesideItsCompressedFormIsNotHeldOut() throws {
    try copy("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")
    let plain = try Data(contentsOf: Self.golden.appending(path: "t10k-images-idx3-ubyte"))
    try folder.add("train-images-idx3-ubyte", plain)
    #expect(try LabelledSets(folder.url).heldOut == nil)
  }

  @Test func aSingleFileMayBeNamed() throws {
    try copy("t10k-images-idx3-ubyte")
    let sets = try LabelledSets(folder.url.appending(path: "t10k-images-idx3-ubyte"))
    #expect(sets.training.classes.isEmpty && sets.training.count == 6 && sets.heldOut == nil)
    #expect(try all(sets.training).classes == nil)
  }

  @Test func cifarsFilesAreRead() throws {
    try copy("data_batch_1.bin")
    try folder.add("batches.meta.txt", Data((0..<10).map { "name \($0)\n" }.joined().utf8))
    let images = try LabelledSets(folder.url).training
    #expect(images.labels == [3, 4] && images.classes[3] == "name 3" && !images.areGray)
    let dataset = try LabelledDataset(
      images, augmentation: Augmentation(loadSize: 32, cropSize: 32, flip: false), channels: 3, seed: 1)
    let second = try dataset.images(1..<2)
    let place = (7 * 32 + 9) * 3
    let pixel = Array(second.images.scalars[place..<place + 3]).map(level)
    #expect(pixel == [21, 85, 149])
  }

  @Test func subfoldersAreClasses() throws {
    for (index, name) in ["b/1.png", "a/2.png", "b/more/3.png"].enumerated() {
      let image = Image(width: 4, height: 4, channels: 1, pixels: Array(repeating: Float(index) / 10, count: 16))
      try folder.add(name, image.encoded(as: .png, path: name))
    }
    let images = try LabelledSets(folder.url).training
    #expect(images.classes == ["a", "b"] && images.labels == [0, 1, 1])
    #expect(level(try all(images).images.scalars[0]) == 26)
    try folder.add("train/c/1.png", Data(contentsOf: folder.url.appending(path: "b/1.png")))
    try folder.add("test/d/1.png", Data(contentsOf: folder.url.appending(path: "b/1.png")))
    let error = #expect(throws: DatasetError.self) { try LabelledSets(folder.url) }
    #expect(error?.description.hasSuffix("its subfolders are not the classes of train: give both the same") == true)
  }

  @Test func imagesInNoSubfolderHaveNoClasses() throws {
    let image = Image(width: 4, height: 4, channels: 1, pixels: Array(repeating: 0, count: 16))
    for name in ["1.png", "a/2.png"] { try folder.add(name, image.encoded(as: .png, path: name)) }
    let images = try LabelledSets(folder.url).training
    #expect(images.count == 2 && images.classes.isEmpty)
  }

  @Test func whatIsHeldBackIsNotTrainedOn() throws {
    try copy("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    let images = try LabelledSets(folder.url).training
    let (rest, heldBack) = images.split(heldBack: 0.34)
    #expect(rest.count == 4 && heldBack.count == 2)
    func contents(_ part: LabelledImages) throws -> Set<[Float]> {
      let sample = try all(part)
      return Set((0..<part.count).map { Array(sample.images.scalars[$0 * 16..<($0 + 1) * 16]) })
    }
    #expect(try contents(rest).isDisjoint(with: contents(heldBack)))
    #expect(try contents(rest).union(contents(heldBack)) == contents(images))
    #expect(images.split(heldBack: 0.0001).heldBack.count == 1 && images.split(heldBack: 0.9999).rest.count == 1)
  }

  /// An image that turns out to be damaged is passed over, with its label, within its own part of the data set.
  @Test func damagedImagesArePassedOver() throws {
    let image = Image(width: 4, height: 4, channels: 1, pixels: Array(repeating: 1, count: 16))
    let whole = try image.encoded(as: .png, path: "whole")
    for index in 0..<8 { try folder.add("\(index % 2)/\(index).png", whole) }
    try folder.add("0/2.png", whole.prefix(whole.count - 20))
    let images = try LabelledSets(folder.url).training
    let sample = try all(images)
    #expect(sample.images.shape[0] == 8)
    #expect(images.newNotices().count == 1)
  }

  @Test func aSampleDependsOnSeedAndStepAlone() throws {
    try copy("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    let images = try LabelledSets(folder.url).training
    let augmentation = Augmentation(loadSize: 6, cropSize: 4)
    let first = try LabelledDataset(images, augmentation: augmentation, channels: 3, batchSize: 2, seed: 1)
    let uncached = try LabelledDataset(
      images, augmentation: augmentation, channels: 3, batchSize: 2, seed: 1, cacheBudget: 0)
    let forwards = try (0..<7).map { try first.sample(step: $0) }
    for step in (0..<7).reversed() {
      let again = try uncached.sample(step: step)
      #expect(again.images == forwards[step].images && again.classes == forwards[step].classes)
    }
  }

  @Test(
    arguments: [
      ([], "it is no idx file: those begin with two zeros, the kind of elements and the number of dimensions"),
      ([0, 0, 13, 1, 0, 0, 0, 1, 5], "it holds float32, expected unsigned bytes"),
      ([0, 0, 99, 1], "it holds elements of the unknown kind 99, expected unsigned bytes"),
      ([0, 0, 8, 0], "it has 0 dimensions, expected 1 of labels, or 3 or 4 of images"),
      ([0, 0, 8, 3, 0, 0, 0, 1], "it ends within its header"),
      ([0, 0, 8, 1, 0, 0, 0, 3, 5, 5], "it announces 3 bytes and holds 2"),
      ([0, 0, 8, 1, 0, 0, 0, 1, 5, 5], "it announces 1 bytes and holds more"),
      (
        [0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255],
        "it announces 4294967295x4294967295x4294967295 bytes, more than are read"
      ),
      ([0x1f, 0x8b, 8, 0, 0, 0], "its compressed data are damaged"),
    ] as [([UInt8], String)])
  func hostileFilesAreRefused(_ bytes: [UInt8], problem: String) {
    #expect(throws: DatasetError.unreadableFile(path: "labels", problem: problem)) {
      try IDXFile(Data(bytes), path: "labels")
    }
  }

  @Test func labelsThatDoNotFitAreRefused() throws {
    try copy("t10k-images-idx3-ubyte")
    try folder.add("t10k-labels-idx1-ubyte", Data([0, 0, 8, 1, 0, 0, 0, 1, 5]))
    let error = #expect(throws: DatasetError.self) { try LabelledSets(folder.url) }
    #expect(
      error?.description.hasSuffix("it holds 1 labels, expected one for each of the 6 images beside it") == true)
    try folder.add("t10k-images-idx3-ubyte", Data([0, 0, 8, 1, 0, 0, 0, 1, 5]))
    let other = #expect(throws: DatasetError.self) { try LabelledSets(folder.url) }
    #expect(other?.description.hasSuffix("it holds 1 numbers, expected images: count, height and width") == true)
  }

  @Test(arguments: [Data(), Data(count: 3072), Data(repeating: 200, count: 3073), Data(repeating: 120, count: 3074)])
  func hostileBinaryFilesAreRefused(_ data: Data) throws {
    let error = #expect(throws: DatasetError.self) { try CIFARFile(data, path: "batch.bin") }
    let expected =
      "cannot use batch.bin: its \(data.count) bytes are no records of 3073 bytes (CIFAR-10) or 3074 (CIFAR-100) that begin "
      + "with labels of a class"
    #expect(error?.description == expected)
  }
}
