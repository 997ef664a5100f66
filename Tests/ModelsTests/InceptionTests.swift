import Layers
import Models
import Tensors
import TestSupport
import Testing

/// InceptionV3 beside pytorch-fid's and torchvision's. `scripts/golden/inception.py` says what is in the golden file.
@Suite struct InceptionTests {
  static func network(_ form: InceptionV3.Form) throws -> InceptionV3 {
    var configuration = InceptionV3.Configuration()
    configuration.form = form
    let network = InceptionV3(configuration)
    try WeightFormula.fill(network, keys: InceptionV3.tensorKeys(for: configuration))
    return network
  }

  @Test(arguments: InceptionV3.Form.allCases) func seesWhatPyTorchSees(form: InceptionV3.Form) throws {
    let golden = try GoldenFile("inception").arrays(under: "\(form.rawValue)/")
    let network = try Self.network(form)
    let features = withoutGradients { network.pooledFeatures(of: Tensor(golden["input"]!) * 0.5 + 0.5).value }
    expectClose(features, golden["features"]!, tolerance: 1e-5, "\(form)")
    // Each feature by itself, not only beside the largest.
    for (found, expected) in zip(features.scalars, golden["features"]!.scalars) where expected > 0.01 {
      #expect(abs(found - expected) < 1e-3 * expected)
    }
  }

  /// The same weights give other features in the other form.
  @Test func theFormsDiffer() throws {
    let golden = try GoldenFile("inception").arrays(under: "fid/")
    let other = try Self.network(.torchvision)
    let features = withoutGradients { other.pooledFeatures(of: Tensor(golden["input"]!) * 0.5 + 0.5).value }
    #expect(Difference(between: features, and: golden["features"]!, tolerance: 1e-2) != nil)
  }

  private static func shapes(classes: Int, hasAuxiliary: Bool) -> TensorShapes {
    let keys = InceptionV3.tensorKeys(for: InceptionV3.Configuration())
    var shapes = Dictionary(uniqueKeysWithValues: keys.map { ($0.key, $0.shape) })
    (shapes["fc.weight"], shapes["fc.bias"]) = ([classes, 2048], [classes])
    if hasAuxiliary { shapes["AuxLogits.fc.weight"] = [classes, 768] }
    return TensorShapes(shapes)
  }

  @Test func theFormIsToldByTheClassifiers() {
    func form(_ classes: Int, _ hasAuxiliary: Bool) -> InceptionV3.Form? {
      let found = InceptionV3.recognized(in: Self.shapes(classes: classes, hasAuxiliary: hasAuxiliary))
      #expect(found?.configuration.classes == classes)
      return found?.configuration.form
    }
    #expect(form(1008, false) == .fid)
    #expect(form(1000, true) == .torchvision)
    // Saved without its auxiliary classifier, or trained further for other classes.
    #expect(form(1000, false) == .torchvision && form(5, true) == .torchvision)
    let keys = InceptionV3.tensorKeys(for: InceptionV3.Configuration()).filter { !$0.key.hasPrefix("fc.") }
    let bare = TensorShapes(Dictionary(uniqueKeysWithValues: keys.map { ($0.key, $0.shape) }))
    #expect(InceptionV3.recognized(in: bare) == nil, "which form it is cannot be told")
    #expect(InceptionV3.recognized(in: TensorShapes(["fc.weight": [1008, 2048]])) == nil)
  }

  @Test func tensorsHaveThePublishedNames() {
    let network = InceptionV3()
    let keys = InceptionV3.tensorKeys(for: network.configuration)
    #expect(network.parameterCount == 21_785_568 + 1008 * 2049)
    #expect(keys.count == 94 * 5 + 2)
    #expect(Set(keys.map(\.key)).count == keys.count)
    let shapes = Dictionary(uniqueKeysWithValues: keys.map { ($0.key, $0.shape) })
    #expect(shapes["Conv2d_1a_3x3.conv.weight"] == [32, 3, 3, 3])
    #expect(shapes["Mixed_5b.branch5x5_2.conv.weight"] == [64, 48, 5, 5])
    #expect(shapes["Mixed_6a.branch3x3.bn.running_var"] == [384])
    #expect(shapes["Mixed_6b.branch7x7_2.conv.weight"] == [128, 128, 1, 7])
    #expect(shapes["Mixed_6e.branch7x7dbl_4.conv.weight"] == [192, 192, 7, 1])
    #expect(shapes["Mixed_7a.branch7x7x3_4.conv.weight"] == [192, 192, 3, 3])
    #expect(shapes["Mixed_7c.branch3x3dbl_3b.conv.weight"] == [384, 384, 3, 1])
    #expect(shapes["Mixed_7c.branch_pool.conv.weight"] == [192, 2048, 1, 1])
  }
}

@Suite struct FeatureNetworkTests {
  @Test func theListNamesThoseThatPoolFeatures() {
    #expect(
      Networks.features.map { $0.name } == [
        "vgg", "efficientnet-lite0", "inception-v3", "classifier", "connectedClassifier",
      ])
  }

  @Test func efficientNetPoolsWhatItsClassifierSees() throws {
    let network = EfficientNetLite0()
    try WeightFormula.fill(network, keys: EfficientNetLite0.tensorKeys(for: network.configuration))
    let images = Tensor(randomValues(shape: [2, 32, 64, 3], "images")) * 0.1 + 0.5
    let (features, logits) = withoutGradients { (network.pooledFeatures(of: images), network(images * 2 - 1)) }
    #expect(features.shape == [2, 1280])
    expectClose(withoutGradients { network.classifier(features).value }, logits.value, "logits")
  }

  /// Means of rectified features, whose mean square is 1 in each layer.
  @Test func vggPoolsItsLastThreeStages() throws {
    var recognized = VGGFeatures.Configuration()
    (recognized.depth, recognized.width) = (.vgg16, 4)
    let configuration = VGGFeatures.configurationForFeatures(recognized)
    #expect(Set(configuration.weights.keys) == [.conv33, .conv43, .conv53])
    let network = VGGFeatures(configuration)
    Initializer.kaiming(scale: 1).initialize(network, seed: 1, purpose: "test")
    let images = Tensor(randomValues(shape: [2, 32, 48, 3], "images")) * 0.1 + 0.5
    let pooled = withoutGradients { network.pooledFeatures(of: images).value }
    #expect(pooled.shape == [2, 16 + 32 + 32])
    let layers = withoutGradients { network.features(images).map(\.value) }
    for image in 0..<2 {
      let expected = layers.flatMap { layer -> [Double] in
        let (pixels, channels) = (layer.shape[1] * layer.shape[2], layer.shape[3])
        let values = layer.scalars
        let means = (0..<channels).map { channel in
          (0..<pixels).reduce(0.0) { $0 + Double(max(0, values[(image * pixels + $1) * channels + channel])) }
            / Double(pixels)
        }
        let length = means.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return means.map { $0 / length * Double(channels).squareRoot() }
      }
      let found = pooled.scalars[image * 80..<(image + 1) * 80]
      for (found, expected) in zip(found, expected) { #expect(abs(Double(found) - expected) < 1e-4) }
    }
  }
}
