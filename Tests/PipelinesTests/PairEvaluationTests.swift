import Datasets
import Foundation
import Images
import Pipelines
import Tensors
import TestSupport
import Testing

extension [ImageScore] {
  fileprivate func value(_ measure: ImageMeasure) throws -> Double { try #require(self[measure]) }
}

@Suite struct ImagePairsTests {
  private func names(_ pairs: ImagePairs, in scratch: Scratch) -> [String] {
    pairs.pairs.map { pair in
      [pair.output, pair.truth].map { String($0.path.dropFirst(scratch.root.path.count + 1)) }.joined(separator: " ")
    }
  }

  @Test func pathsDecideAndExtensionsMayDiffer() throws {
    let scratch = try Scratch(files: [
      "out/a.png", "out/trip to ü/b.jpg", "out/c.png", "out/d.jpg.png", "out/d.png", "out/e.png", "out/e.jpg",
      "out/only.png", "truth/a.png", "truth/trip to ü/b.PNG", "truth/c.jpeg", "truth/d.jpg", "truth/d.png",
      "truth/e.jpeg", "truth/trip to ü/only.png",
    ])
    let pairs = try ImagePairs(outputs: scratch["out"], truths: scratch["truth"])
    #expect(
      names(pairs, in: scratch) == [
        "out/a.png truth/a.png", "out/c.png truth/c.jpeg", "out/d.jpg.png truth/d.jpg", "out/d.png truth/d.png",
        "out/trip to ü/b.jpg truth/trip to ü/b.PNG",
      ])
    #expect(pairs.pairs.last?.name == "trip to ü/b.jpg")
    #expect(pairs.outputsWithoutTruth.map(\.lastPathComponent) == ["e.jpg", "e.png", "only.png"])
    #expect(pairs.truthsWithoutOutput.map(\.lastPathComponent) == ["e.jpeg", "only.png"])
  }

  @Test func twoFilesNeedNoCommonName() throws {
    let scratch = try Scratch(files: ["x.png", "y.jpg"])
    let pairs = try ImagePairs(outputs: scratch["x.png"], truths: scratch["y.jpg"])
    #expect(names(pairs, in: scratch) == ["x.png y.jpg"] && pairs.pairs[0].name == "x.png")
  }

  @Test func saysWhatDoesNotGoTogether() throws {
    let scratch = try Scratch(files: ["a/x.png", "b/y.png", "c/notes.txt"])
    func error(_ outputs: String, _ truths: String) -> (any Error)? {
      #expect(throws: (any Error).self) { try ImagePairs(outputs: scratch[outputs], truths: scratch[truths]) }
    }
    let path = { scratch[$0].relativePath }
    #expect(error("a", "gone") as? PairError == .missing(path: path("gone")))
    #expect(error("a", "b") as? PairError == .noPairs(outputs: path("a"), truths: path("b")))
    #expect(error("a/x.png", "b") as? PairError == .fileAgainstFolder(file: path("a/x.png"), folder: path("b")))
    #expect(error("a", "b/y.png") as? PairError == .fileAgainstFolder(file: path("b/y.png"), folder: path("a")))
    #expect(error("c", "a") as? DatasetError == .noImages(path: path("c")))
  }
}

@Suite struct PairEvaluationTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  private func write(_ path: String, _ image: Image) throws {
    try scratch.write(path, image.encoded(as: .png, path: path))
  }

  /// An image whose pixels differ from their neighbours; `lifted` is added to each sample of 8 bits.
  private func picture(_ width: Int, _ height: Int, channels: Int = 3, lifted: Int = 0) -> Image {
    let pixels = (0..<width * height * channels).map { Float(($0 * 37 + $0 / 91) % 200 + lifted) / 255 }
    return Image(width: width, height: height, channels: channels, pixels: pixels)
  }

  private func scores(crop: Int = 0, usesLuma: Bool = false) throws -> [ImageScore] {
    try scored(.similarity(crop: crop, usesLuma: usesLuma)).scores
  }

  private func scored(_ evaluation: PairEvaluation) throws -> ScoredPair {
    let pairs = try ImagePairs(outputs: scratch["out.png"], truths: scratch["truth.png"])
    return try evaluation.scores(of: pairs.pairs[0])
  }

  @Test func scoresAreTheImagesMeasures() throws {
    let (output, truth) = (picture(40, 30, lifted: 5), picture(40, 30))
    try write("out.png", output)
    try write("truth.png", truth)
    let found = try scores()
    #expect(abs(try found.value(.peakSignalToNoiseRatio) - 20 * log10(255.0 / 5)) < 1e-4)
    #expect(try found[.structuralSimilarity] == output.structuralSimilarity(to: truth))
    #expect(try found[.detail] == output.detail(comparedTo: truth))
    let pair = try scored(.similarity())
    #expect(pair.size == "40x30" && !pair.isTruthCropped)
  }

  @Test func bordersMayBeLeftOut() throws {
    let truth = picture(40, 30)
    var pixels = truth.pixels
    for sample in 0..<40 * 3 * 2 { pixels[sample] = 0 }
    try write("out.png", Image(width: 40, height: 30, channels: 3, pixels: pixels))
    try write("truth.png", truth)
    #expect(try scores(crop: 1).value(.peakSignalToNoiseRatio) < 40)
    #expect(try scores(crop: 2)[.peakSignalToNoiseRatio] == .infinity)
    #expect(try scores(crop: 10)[.structuralSimilarity] == nil)
    #expect(try scores(crop: 14)[.peakSignalToNoiseRatio] == .infinity)
    let output = scratch["out.png"].relativePath
    for crop in [15, -1] {
      #expect(throws: PairError.nothingLeft(output: output, size: "40x30", crop: crop)) { try scores(crop: crop) }
    }
  }

  @Test(arguments: [
    (0, 0, true), (7, 3, true), (3, 7, true), (8, 0, false), (0, 8, false), (-1, 0, false), (0, -1, false),
  ])
  func aTruthMayBeALittleLarger(right: Int, below: Int, isScored: Bool) throws {
    let whole = picture(50, 50)
    try write("out.png", whole.cropped(x: 0, y: 0, width: 40, height: 30))
    try write("truth.png", whole.cropped(x: 0, y: 0, width: 40 + right, height: 30 + below))
    if isScored {
      let found = try scored(.similarity())
      #expect(found.scores[.peakSignalToNoiseRatio] == .infinity)
      #expect(found.isTruthCropped == (right + below > 0))
      #expect(found.truthSize == "\(40 + right)x\(30 + below)")
    } else {
      #expect(throws: PairError.self) { try scores() }
    }
  }

  @Test func lumaIsTheVideos() throws {
    let (output, truth) = (picture(40, 30, lifted: 5), picture(40, 30))
    try write("out.png", output)
    try write("truth.png", truth)
    let expected = try output.videoLuma().peakSignalToNoiseRatio(to: truth.videoLuma())
    #expect(try scores(usesLuma: true)[.peakSignalToNoiseRatio] == expected)
    // Five steps of each colour are 5 * 219 / 255 steps of the luma.
    #expect(abs(expected - 20 * log10(255 / (5 * 219.0 / 255))) < 1e-3)
  }

  @Test func grayMeetsColors() throws {
    let (gray, other) = (picture(40, 30, channels: 1), picture(40, 30, channels: 1, lifted: 5))
    let ratio = 20 * log10(255.0 / 5)
    for (output, truth) in [(gray, other.withColors()), (gray.withColors(), other), (gray, other)] {
      try write("out.png", output)
      try write("truth.png", truth)
      #expect(try abs(scores().value(.peakSignalToNoiseRatio) - ratio) < 1e-3)
      let lumaRatio = truth.channels == 1 ? ratio : ratio + 20 * log10(255.0 / 219)
      #expect(try abs(scores(usesLuma: true).value(.peakSignalToNoiseRatio) - lumaRatio) < 1e-3)
    }
    // Missing colours lower the score, unless only luma is compared.
    let red = Image(width: 20, height: 20, channels: 3, pixels: (0..<400).flatMap { _ in [1, 0, 0] as [Float] })
    try write("truth.png", red)
    try write("out.png", red.grayscale())
    #expect(try scores().value(.peakSignalToNoiseRatio) < 10)
    #expect(try scores(usesLuma: true).value(.peakSignalToNoiseRatio) > 45)
  }

  @Test func transparencyIsComparedOnWhite() throws {
    let clear = Image(width: 20, height: 20, channels: 4, pixels: (0..<400).flatMap { _ in [1, 0, 0, 0] as [Float] })
    try write("out.png", clear)
    try write("truth.png", Image(width: 20, height: 20, channels: 3, pixels: .init(repeating: 1, count: 1200)))
    #expect(try scores()[.peakSignalToNoiseRatio] == .infinity)
  }

  @Test func meansLeaveOutWhatFailed() throws {
    for name in ["a", "b", "c"] { try write("truth/\(name).png", picture(40, 30)) }
    try write("truth/small.png", picture(9, 9))
    try write("out/a.png", picture(40, 30, lifted: 5))
    try write("out/b.png", picture(40, 30, lifted: 10))
    try scratch.write("out/c.png", Data("no image".utf8))
    try write("out/small.png", picture(9, 9, lifted: 20))
    let pairs = try ImagePairs(outputs: scratch["out"], truths: scratch["truth"])
    var told: [String] = []
    let outcomes = PairEvaluation.similarity().run(pairs.pairs) { told.append($0.pair.name) }
    #expect(told == ["a.png", "b.png", "c.png", "small.png"])
    let means = try #require(PairMeans(outcomes))
    #expect(means.pairs == 3)
    let ratios = [5.0, 10, 20].map { 20 * log10(255 / $0) }
    #expect(try abs(means.scores.value(.peakSignalToNoiseRatio) - ratios.reduce(0, +) / 3) < 1e-3)
    let similarities = try [0, 1].map { try #require(try outcomes[$0].result.get().scores[.structuralSimilarity]) }
    #expect(means.scores[.structuralSimilarity] == (similarities[0] + similarities[1]) / 2)
    let details = try [0, 1, 3].map { try #require(try outcomes[$0].result.get().scores[.detail]) }
    #expect(means.scores[.detail] == details.reduce(0, +) / 3)
    #expect(PairMeans([outcomes[2]]) == nil)
  }

  @Test func colorsAreMeasuredBesideGray() throws {
    let truth = Image(
      width: 40, height: 30, channels: 3, pixels: (0..<1200).flatMap { [Float($0 % 40) / 40, 0.5, 0.3] as [Float] })
    let dull = Image(width: 40, height: 30, channels: 3, pixels: truth.pixels.map { 0.8 * $0 + 0.1 })
    try write("truth.png", truth)
    try write("out.png", dull)
    let found = try scored(.colors).scores
    #expect(try abs(found.value(.peakSignalToNoiseRatio) - dull.peakSignalToNoiseRatio(to: truth)) < 0.1)
    #expect(try abs(found.value(.colorDifference) - dull.meanColorDifference(to: truth)) < 0.1)
    #expect(try abs(found.value(.colorfulness) - 0.8 * truth.colorfulness()) < 0.5)
    #expect(try abs(found.value(.truthColorfulness) - truth.colorfulness()) < 0.5)
    #expect(try found.value(.grayPeakSignalToNoiseRatio) < found.value(.peakSignalToNoiseRatio))
    #expect(try found.value(.grayColorDifference) > found.value(.colorDifference))

    // A gray result scores the same as the truth turned gray.
    let gray = Image(
      lightness: truth.lightnessArray(), chroma: NDArray(repeating: 0, shape: [1, 30, 40, 2]))
    try write("out.png", gray.grayscale())
    let grayFound = try scored(.colors).scores
    #expect(try abs(grayFound.value(.peakSignalToNoiseRatio) - grayFound.value(.grayPeakSignalToNoiseRatio)) < 0.1)
    #expect(
      try abs(grayFound.value(.colorDifference) - grayFound.value(.grayColorDifference)) < 0.1
        && grayFound.value(.colorfulness) == 0)

    try write("truth.png", gray.grayscale())
    let same = try scored(.colors).scores
    #expect(same[.peakSignalToNoiseRatio] == .infinity && same[.colorDifference] == 0)
    #expect(try same.value(.grayColorDifference) < 0.01)
    let mean = ImageScore.means(of: [found, grayFound])
    #expect(
      try mean[.colorDifference] == (found.value(.colorDifference) + grayFound.value(.colorDifference)) / 2)
    #expect(try mean[.colorfulness] == found.value(.colorfulness) / 2)
  }

  @Test func meansOfColorsAreComparedWithGrayAndTheTruth() throws {
    let truth = picture(40, 30)
    try write("truth/a.png", truth)
    try write("out/a.png", Image(width: 40, height: 30, channels: 3, pixels: truth.pixels.map { 0.8 * $0 + 0.1 }))
    let pairs = try ImagePairs(outputs: scratch["out"], truths: scratch["truth"])
    let means = try #require(PairMeans(PairEvaluation.colors.run(pairs.pairs)))
    let (scores, colors) = (means.scores, try #require(means.colors))
    #expect(
      try colors.colorDifferenceRatio == scores.value(.colorDifference) / scores.value(.grayColorDifference))
    #expect(
      try colors.peakSignalToNoiseGain
        == scores.value(.peakSignalToNoiseRatio) - scores.value(.grayPeakSignalToNoiseRatio))
    #expect(abs(try #require(colors.colorfulnessRatio) - 0.8) < 0.02)
    #expect(PairMeans(PairEvaluation.similarity().run(pairs.pairs))?.colors == nil)
  }

  /// In gray, a gray truth differs from itself by rounding alone, which nothing can be a fraction of.
  @Test func grayTruthsHaveNoColorsToCompareWith() throws {
    for (name, tint) in [("a", Float(0.1)), ("b", 0.2)] {
      let gray = picture(40, 30, channels: 1)
      try write("truth/\(name).png", gray)
      let pixels = gray.pixels.flatMap { [$0, $0, max(0, $0 - tint)] }
      try write("out/\(name).png", Image(width: 40, height: 30, channels: 3, pixels: pixels))
    }
    let pairs = try ImagePairs(outputs: scratch["out"], truths: scratch["truth"])
    let means = try #require(PairMeans(PairEvaluation.colors.run(pairs.pairs)))
    #expect(means.pairs == 2)
    #expect(try means.scores.value(.colorDifference) > 1)
    let colors = try #require(means.colors)
    #expect(colors.colorDifferenceRatio == nil)
    #expect(colors.peakSignalToNoiseGain == nil)
    #expect(colors.colorfulnessRatio == nil)
  }
}
