import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

/// How often the colorization data set draws its photos.
struct PhotoFrequencyTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func dataset(
    _ folders: [String], weights: [Double], crop: PhotoCrop, isWeighted: Bool = true
  ) throws -> ColorizationDataset {
    try ColorizationDataset(
      folders: zip(folders, weights).map { name, weight in
        WeightedFolder(url: folder.url.appending(path: name, directoryHint: .isDirectory), weight: weight)
      }, crop: crop, isWeighted: isWeighted, seed: 3)
  }

  private let crop = PhotoCrop(size: 8, smallestArea: 0.9)

  /// For each epoch, the numbers of its photos in order of drawing; photo n is the nth darkest of `count`.
  private func epochs(_ number: Int, of dataset: ColorizationDataset) throws -> [[Int]] {
    let lightnesses = try (0..<number * dataset.count).map { step in
      let input = try dataset.sample(step: step).input
      return input.scalars.reduce(0, +) / Float(input.shape.count)
    }
    // Photos differ by far more than crops of one.
    let sorted = lightnesses.sorted()
    let limits = zip(sorted, sorted.dropFirst()).filter { $1 - $0 > 0.04 }.map { ($0 + $1) / 2 }
    let photos = lightnesses.map { lightness in limits.count { $0 < lightness } }
    return stride(from: 0, to: photos.count, by: dataset.count).map { Array(photos[$0..<$0 + dataset.count]) }
  }

  private func addVivid(_ folders: [String], each: Int) throws {
    for (index, name) in folders.enumerated() {
      for photo in 0..<each {
        try folder.addMottled("\(name)/\(photo).png", gray: 0, more: 0.4 + 0.1 * Float(index * each + photo))
      }
    }
  }

  @Test(arguments: [0.000001, 2, 1_000_000]) func equalWeightsShowEachPhotoOnce(_ weight: Double) throws {
    try addVivid(["a", "b"], each: 3)
    let epochs = try epochs(5, of: dataset(["a", "b"], weights: [weight, weight], crop: crop))
    for epoch in epochs { #expect(epoch.sorted() == [0, 1, 2, 3, 4, 5]) }
    #expect(Set(epochs).count == 5)
  }

  @Test func aFoldersWeightIsThatOfEachOfItsPhotos() throws {
    try addVivid(["a", "b"], each: 3)
    // An epoch of 6 draws expects 0.5 of each photo in a and 1.5 of each in b.
    let epochs = try epochs(40, of: dataset(["a", "b"], weights: [0.3, 0.9], crop: crop))
    for epoch in epochs {
      #expect((3..<6).allSatisfy { photo in (1...2).contains(epoch.count { $0 == photo }) })
      #expect((0..<3).allSatisfy { photo in (0...1).contains(epoch.count { $0 == photo }) })
    }
    for photo in 0..<6 {
      let draws = epochs.joined().count { $0 == photo }
      #expect((photo < 3 ? 12...28 : 52...68).contains(draws), "\(draws) draws of photo \(photo)")
    }
  }

  @Test func livelierPhotosAreDrawnMoreOften() throws {
    // A mean chroma of 4.9 counts 0.4, one above 22 counts 1.6.
    try folder.addMottled("dull.png", gray: 0.3, more: 0.03)
    try folder.addMottled("vivid.png", gray: 0, more: 1)
    let random = try dataset([""], weights: [1], crop: crop)
    let draws = try epochs(50, of: random).joined().count { $0 == 1 }
    #expect((70...90).contains(draws), "\(draws) draws of the vivid photo among 100")
  }

  @Test func weightsCountWhateverTheCrop() throws {
    try addVivid(["a", "b"], each: 1)
    // Of 2 draws in an epoch, a and b are expected 0.2 and 1.8 times.
    for crop in [crop, .whole(size: 8)] {
      let draws = try epochs(50, of: dataset(["a", "b"], weights: [0.1, 0.9], crop: crop)).joined().count { $0 == 1 }
      #expect((80...98).contains(draws), "\(draws) draws of the photo in b among 100")
      let equal = try epochs(10, of: dataset(["a", "b"], weights: [0.1, 0.9], crop: crop, isWeighted: false))
      #expect(equal.allSatisfy { $0.sorted() == [0, 1] })
    }
  }
}
