import Images
import Tensors

/// Super-resolution samples of which a share have the answers of another network, the teacher, as their targets
/// (distillation, Hinton et al. 2015). The others have the photographs themselves.
///
/// The teacher is slow, so it is asked a fixed number of questions: degraded crops, larger than those that the network
/// sees. Each time a question is drawn, another part of it and of its answer is cut out. A step's sample is a function of
/// the seed, the step and the teacher alone.
public struct DistillationDataset: Sendable {
  private let truths: SuperResolutionDataset
  private let questions: SuperResolutionDataset
  private let share: Double
  private let seed: UInt64
  private let order: EpochOrder
  private let answer: @Sendable (_ question: Image) throws -> Image
  /// Making a question takes longer than keeping it.
  private let asked = ImageCache(budget: 1 << 28)

  /// - Parameters:
  ///   - truths: the samples without a teacher; they set the size of crops and the batch.
  ///   - questions: the crops that the teacher is asked about, at least as large.
  ///   - count: the number of questions.
  ///   - share: the share of samples whose targets are answers, 0...1.
  ///   - answer: the teacher's answer to a small image, larger by the scale; called on any thread.
  ///
  /// Throws `DatasetError` for settings that do not fit together.
  public init(
    truths: SuperResolutionDataset, questions: SuperResolutionDataset, count: Int, share: Double, seed: UInt64,
    answer: @escaping @Sendable (_ question: Image) throws -> Image
  ) throws(DatasetError) {
    try SettingChecks.validateProbability(share, "the share of the teacher's answers")
    guard count > 0 else {
      throw DatasetError.unusableSetting(name: "the number of questions", value: "\(count)", expectation: "1 or more")
    }
    guard questions.crop.scale == truths.crop.scale, questions.crop.size >= truths.crop.size else {
      throw DatasetError.unusableSetting(
        name: "the size of the teacher's crops", value: "\(questions.crop.size) at scale \(questions.crop.scale)",
        expectation: "\(truths.crop.size) or more at scale \(truths.crop.scale)")
    }
    self.truths = truths
    self.questions = questions
    self.share = share
    self.seed = seed
    self.answer = answer
    order = EpochOrder(count: count, seed: seed, purpose: "datasets.asking")
  }

  /// The batch of one training step, counted from 0, as `SuperResolutionDataset.sample` makes it. Throws what the
  /// teacher throws, too.
  public func sample(step: Int) throws -> SupervisedSample {
    let pairs = try (step * truths.batchSize..<(step + 1) * truths.batchSize).map(pair)
    return try SupervisedSample(small: pairs.map(\.small), large: pairs.map(\.large))
  }

  private func pair(at position: Int) throws -> (small: Image, large: Image) {
    let random = Random(seed: seed, purpose: "datasets.teacher", step: position)
    guard Double(random.uniform(at: 0)) < share else { return try truths.pair(at: position) }
    let index = order[position]
    let question = try asked.image("\(index)") { try questions.pair(at: index).small }
    return truths.crop.part(of: question, answer: try answer(question), random)
  }
}

extension SuperResolutionCrop {
  /// A random crop of a question and the same part of its answer, flipped and turned; uses draws 1 to 4 of `random`.
  func part(of question: Image, answer: Image, _ random: Random) -> (small: Image, large: Image) {
    let side = size / scale
    let x = random.integer(in: 0..<question.width - side + 1, at: 1)
    let y = random.integer(in: 0..<question.height - side + 1, at: 2)
    let small = question.cropped(x: x, y: y, width: side, height: side)
    let large = answer.cropped(x: x * scale, y: y * scale, width: size, height: size)
    let turned = turned(by: random, flipDraw: 3, turnDraw: 4)
    return (turned(small), turned(large))
  }
}
