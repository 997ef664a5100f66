import Datasets
import Foundation
import Images
import Synchronization
import Tensors
import TestSupport
import Testing

@Suite struct DistillationDatasetTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for index in 0..<3 {
      let random = Random(seed: 3, purpose: "photo", step: index)
      let photo = Image(
        width: 130, height: 110, channels: 3, pixels: (0..<130 * 110 * 3).map { random.uniform(at: $0) })
      try folder.add("\(index).png", photo.encoded(as: .png, path: "photo"))
    }
  }

  private func dataset(
    share: Double, count: Int = 6, questionSize: Int = 64, answer: @escaping @Sendable (Image) throws -> Image
  ) throws -> (truths: SuperResolutionDataset, taught: DistillationDataset) {
    let crop = SuperResolutionCrop(size: 32, scale: 4)
    let truths = try SuperResolutionDataset(root: folder.url, crop: crop, batchSize: 4, seed: 5)
    let questions = try SuperResolutionDataset(
      root: folder.url, crop: SuperResolutionCrop(size: questionSize, scale: 4, flip: false, rotate: false),
      batchSize: 1, seed: 5, purpose: "questions")
    return (
      truths,
      try DistillationDataset(
        truths: truths, questions: questions, count: count, share: share, seed: 5, answer: answer)
    )
  }

  /// An answer that shows which question it belongs to, and where.
  @Sendable private static func nearest(_ question: Image) -> Image {
    var pixels: [Float] = []
    for y in 0..<question.height * 4 {
      for x in 0..<question.width * 4 {
        let source = (y / 4 * question.width + x / 4) * 3
        pixels += question.pixels[source..<source + 3].map { 1 - $0 }
      }
    }
    return Image(width: question.width * 4, height: question.height * 4, channels: 3, pixels: pixels)
  }

  @Test func aTaughtSampleIsTheSamePartOfQuestionAndAnswer() throws {
    let questions = Mutex<Set<[Float]>>([])
    let dataset = try dataset(share: 1) { question in
      #expect((question.width, question.height, question.channels) == (16, 16, 3))
      questions.withLock { _ = $0.insert(question.pixels) }
      return Self.nearest(question)
    }.taught
    var crops: Set<[Float]> = []
    for step in 0..<9 {
      let sample = try dataset.sample(step: step)
      #expect(sample.input.shape == [4, 8, 8, 3] && sample.target.shape == [4, 32, 32, 3])
      for index in 0..<4 {
        let small = Image(array: sample.input, index: index, range: .unit)
        let large = Image(array: sample.target, index: index, range: .unit)
        #expect(zip(large.pixels, Self.nearest(small).pixels).allSatisfy { abs($0 - $1) < 0.003 })
        crops.insert(small.pixels)
      }
    }
    // Six questions, asked 36 times, show other parts each time.
    #expect(questions.withLock { $0.count } == 6)
    #expect(crops.count > 30)
  }

  @Test func theOthersAreThoseOfThePhotographs() throws {
    let (truths, untaught) = try dataset(share: 0) { _ in fatalError("the teacher is not to be asked") }
    for step in 0..<4 {
      let (expected, sample) = (try truths.sample(step: step), try untaught.sample(step: step))
      #expect(sample.input == expected.input && sample.target == expected.target)
    }
    let asked = Mutex(0)
    let (_, half) = try dataset(share: 0.5, count: 1000) { question in
      asked.withLock { $0 += 1 }
      return Self.nearest(question)
    }
    for step in 0..<50 { _ = try half.sample(step: step) }
    #expect((75...125).contains(asked.withLock { $0 }))
  }

  @Test func aSampleIsAFunctionOfItsStep() throws {
    let dataset = try dataset(share: 0.6, answer: Self.nearest).taught
    let samples = try (0..<6).map { try dataset.sample(step: $0) }
    let again = try self.dataset(share: 0.6, answer: Self.nearest).taught
    for step in (0..<6).reversed() {
      let sample = try again.sample(step: step)
      #expect(sample.input == samples[step].input && sample.target == samples[step].target)
    }
  }

  @Test func unusableSettingsAreNamed() throws {
    for (share, count, size, name) in [
      (1.5, 6, 64, "the share of the teacher's answers"), (1, 0, 64, "the number of questions"),
      (1, 6, 28, "the size of the teacher's crops"),
    ] {
      let error = #expect(throws: DatasetError.self) {
        try dataset(share: share, count: count, questionSize: size, answer: Self.nearest)
      }
      #expect(error?.description.hasPrefix(name) == true, "\(error?.description ?? "")")
    }
  }
}
