import Foundation
import Images
import Layers
import Models
import Pipelines
import Tensors
import TestSupport
import Testing

@Suite struct DomainEvaluationTests {
  /// Large enough for views of it to differ from it.
  private static func image(_ name: String, width: Int = 40, height: Int = 30) -> Image {
    let random = Random(seed: 8, purpose: name)
    return Image(
      width: 5, height: 4, channels: 3, pixels: (0..<60).map { random.uniform(at: $0) }
    ).resized(toWidth: width, height: height)
  }

  private static func write(_ names: [String], to folder: String, in scratch: Scratch) throws {
    for name in names {
      try scratch.write("\(folder)/\(name).png", image(name).encoded(as: .png, path: name))
    }
  }

  private static func network() throws -> VGGFeatures {
    var configuration = VGGFeatures.Configuration()
    (configuration.depth, configuration.width) = (.vgg16, 2)
    let network = VGGFeatures(VGGFeatures.configurationForFeatures(configuration))
    try WeightFormula.fill(network, keys: VGGFeatures.tensorKeys(for: network.configuration))
    return network
  }

  /// As pytorch-fid sees an image of a file.
  @Test func imagesAreStretchedAsPyTorchFIDDoesIt() throws {
    let models = URL(filePath: #filePath).appending(path: "../../ModelsTests/x.swift").standardized.path
    let golden = try GoldenFile("inception", besideTest: models).arrays(under: "view/")
    let pixels = golden["image"]!
    let image = Image(
      width: pixels.shape[2], height: pixels.shape[1], channels: 3, pixels: pixels.scalars.map { $0 / 255 })
    let network = InceptionV3()
    try WeightFormula.fill(network, keys: InceptionV3.tensorKeys(for: network.configuration))
    let features = network.features(of: image)
    expectClose(
      NDArray(features, shape: [1, features.count]), golden["features"]!, tolerance: 1e-4, "features of an image")
  }

  @Test func othersSeeTheMiddleSquare() throws {
    let network = try Self.network()
    let image = Self.image("wide", width: 300, height: 256)
    let middle = image.cropped(x: 22, y: 0, width: 256, height: 256)
    let expected = withoutGradients { network.pooledFeatures(of: Tensor(middle.array(range: .unit))).value.scalars }
    #expect(network.features(of: image) == expected)
  }

  @Test func measuresWithAndWithoutANetwork() throws {
    let scratch = try Scratch()
    try Self.write(["a", "b", "c"], to: "out", in: scratch)
    try Self.write(["d", "e"], to: "reference", in: scratch)
    try Self.write(["a", "b", "c"], to: "inputs", in: scratch)
    let evaluation = try DomainEvaluation(
      translated: scratch["out"], reference: scratch["reference"], inputs: scratch["inputs"])
    var seen: [String] = []
    let plain = try evaluation.scores { seen.append("\($0.done)/\($0.total) \($0.url.lastPathComponent)") }
    #expect(seen == ["1/5 d.png", "2/5 e.png", "3/5 a.png", "4/5 b.png", "5/5 c.png"])
    #expect(plain.images == 3 && plain.references == 2)
    #expect(plain.kernelDistance == nil && plain.frechetDistance == nil && !plain.isFrechetDistanceUnreliable)
    #expect(plain.textures.count == 4 && plain.textures.allSatisfy { $0 > 0 } && plain.palette > 0)
    #expect(plain.appearance == plain.texture + plain.palette)
    // The translations are the inputs.
    #expect(abs((plain.structure?.edges ?? 0) - 1) < 1e-9 && abs((plain.structure?.lightness ?? 0) - 1) < 1e-9)

    let scores = try evaluation.scores(by: try Self.network())
    #expect(scores.textures == plain.textures && scores.palette == plain.palette)
    #expect(scores.kernelDistance != nil && (scores.frechetDistance ?? 0) > 0 && scores.isFrechetDistanceUnreliable)
    #expect(scores.subsetKernelDistance == nil)
  }

  @Test func aClassifierTellsPrecisionRecallAndTheInceptionScore() throws {
    let scratch = try Scratch()
    try Self.write(["a", "b", "c", "d", "e"], to: "same", in: scratch)
    let network = ConvolutionalClassifier()
    Initializer.kaiming(scale: 1).initialize(network, seed: 2, purpose: "test")
    let scores = try DomainEvaluation(translated: scratch["same"], reference: scratch["same"]).scores(by: network)
    #expect(scores.precision == 1 && scores.recall == 1)
    let score = try #require(scores.inceptionScore)
    #expect(score > 1 && score < 10)
    try Self.write(["a"], to: "alike", in: scratch)
    for name in ["b", "c", "d"] { try scratch.write("alike/\(name).png", Data(contentsOf: scratch["alike/a.png"])) }
    let alike = try DomainEvaluation(translated: scratch["alike"], reference: scratch["same"]).scores(by: network)
    #expect(alike.precision == 1 && alike.recall == 0.2 && abs((alike.inceptionScore ?? 0) - 1) < 1e-4)
    // Without a classifier there are no classes.
    let others = try DomainEvaluation(translated: scratch["same"], reference: scratch["same"]).scores(
      by: Self.network())
    #expect(others.inceptionScore == nil && others.precision == 1)
  }

  @Test func aDomainIsNearestItself() throws {
    let scratch = try Scratch()
    try Self.write(["a", "b", "c"], to: "same", in: scratch)
    try Self.write(["d", "e", "f"], to: "other", in: scratch)
    func scores(_ folder: String) throws -> DomainScores {
      try DomainEvaluation(translated: scratch[folder], reference: scratch["same"]).scores(by: try Self.network())
    }
    let (same, other) = (try scores("same"), try scores("other"))
    #expect(same.textures.allSatisfy { $0 == 0 } && same.palette == 0 && abs(same.frechetDistance ?? 1) < 1e-6)
    #expect(other.texture > 0 && other.palette > 0)
    #expect((other.frechetDistance ?? 0) > 0.01)
    #expect(same.structure == nil)
  }

  @Test func goesOnPastWhatCannotBeRead() throws {
    let scratch = try Scratch(files: ["out/broken.png", "all-broken/x.png"])
    try Self.write(["a", "b"], to: "out", in: scratch)
    try Self.write(["a"], to: "inputs", in: scratch)
    let evaluation = try DomainEvaluation(
      translated: scratch["out"], reference: scratch["out"], inputs: scratch["inputs"])
    var broken: [String] = []
    let scores = try evaluation.scores { if $0.error != nil { broken.append($0.url.lastPathComponent) } }
    #expect(scores.images == 2 && scores.references == 2 && broken == ["broken.png", "broken.png"])
    #expect(evaluation.imagesWithoutInput.map(\.lastPathComponent) == ["b.png", "broken.png"])
    #expect(throws: ImageError.self) {
      try DomainEvaluation(translated: scratch["all-broken"], reference: scratch["out"]).scores()
    }
    #expect(throws: PairError.self) {
      try DomainEvaluation(translated: scratch["all-broken"], reference: scratch["out"], inputs: scratch["inputs"])
    }
    #expect(throws: (any Error).self) {
      try DomainEvaluation(translated: scratch["nowhere"], reference: scratch["out"])
    }
  }
}
