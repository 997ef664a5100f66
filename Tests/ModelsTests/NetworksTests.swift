import Foundation
import Layers
import Models
import Tensors
import TestSupport
import Testing

/// Checks each network's settings, keys and limits against the network itself.
@Suite struct NetworksTests {
  /// The names that existing recipes use.
  @Test func settingsAreWhatRecipesName() {
    let settings = Networks.all.map { network in
      "\(network.name): " + NetworkDescription.settings(of: network).map(\.name).joined(separator: " ")
    }
    #expect(
      settings == [
        "resnet: blocks width halvings norm downsampling upsampling residual dropout atTest",
        "unet: downsamplings width norm dropout atTest", "encoderUNet: ", "colorBins: ",
        "eccv16: width bins", "siggraph17: width",
        "deoldify: encoderBlocks width encoderDepths decoder decoderWidths",
        "ddcolor: width encoderDepths decoderWidth queries queryWidth layers hidden",
        "srresnet: scale blocks width", "msrresnet: scale blocks width upsampling", "rrdb: scale blocks width growth",
        "srvgg: scale blocks width base", "span: scale blocks width normalize form",
        "realplksr: scale blocks width kernel largeChannels norm attention",
        "swinir: scale depths heads width hidden window upsampling upsamplingWidth connection",
        "hat: scale depths heads width hidden window overlap compressed squeezed upsamplingWidth",
        "dat: scale depths heads width hidden windowHeight windowWidth upsampling upsamplingWidth connection",
        "srformer: scale depths heads width hidden window upsampling upsamplingWidth connection",
        "omnisr: scale groups blocks width window",
        "patch: layers width norm",
        "pixel: width norm", "vgg: width", "unet: width", "vgg: ", "alexnet: ", "efficientnet-lite0: classes",
        "inception-v3: classes", "classifier: width stages batchNorm", "connectedClassifier: width hiddenLayers noise",
        "connected: noise width hiddenLayers bounded",
        "dcgan: noise width doublings", "residual: noise width doublings",
        "stylegan2: noise style mappingLayers capacity most modulation",
        "biggan: noise width embedding hierarchical attention", "connected: width hiddenLayers minibatch",
        "dcgan: width stages batchNorm minibatch", "residual: width halvings blocks layerNorm minibatch",
        "stylegan2: capacity most group", "biggan: width attention",
      ])
  }

  @Test func benchmarksHaveNamesOfTheirOwn() {
    #expect(
      Networks.benchmarks.map(\.name) == [
        "resnet9", "resnet9-separable", "resnet6", "pix2pixhd", "unet", "encoderUNet", "colorBins", "eccv16",
        "siggraph17", "deoldify-artistic",
        "deoldify-stable", "ddcolor-tiny", "ddcolor-large", "srresnet", "msrresnet", "rrdb",
        "srvgg",
        "span", "realplksr", "swinir", "hat", "dat", "srformer", "omnisr", "efficientnet-lite0",
      ])
    #expect(Networks.benchmark(named: "srvgg")?.network.text(of: "blocks") == "32")
    #expect(Networks.benchmark(named: "srresnet9") == nil)
  }

  /// A small configuration of every network in the list.
  private static var small: [NetworkDescription] {
    Networks.all.map { network in
      var description = NetworkDescription(network)
      let settings = [
        ("width", "32"), ("width", "4"), ("blocks", "1"), ("growth", "2"), ("downsamplings", "3"),
        ("largeChannels", "2"),
        ("depths", "[1, 2]"),
        ("heads", "[2, 4]"), ("heads", "[2, 1]"), ("hidden", "6"), ("window", "2"), ("upsamplingWidth", "3"),
        ("overlap", "4"),
        ("compressed", "2"), ("squeezed", "1"), ("halvings", "3"), ("encoderDepths", "[1, 2, 1, 1]"),
        ("decoderWidths", "[9, 8, 10, 12]"), ("decoderWidth", "8"), ("queryWidth", "16"), ("queries", "5"),
      ]
      for (name, text) in settings {
        _ = description.set(name, to: text)
      }
      return description
    }
  }

  /// The keys name each of the network's tensors once, with its shape in the file's layout.
  @Test(arguments: small) func keysAreThoseOfTheNetwork(description: NetworkDescription) throws {
    #expect(description.problem == nil)
    let network = description.makeNetwork()
    let shapes =
      network.namedParameters.map { ($0.name, $0.parameter.value.shape) }
      + network.namedStatistics.map { ($0.name, $0.statistic.value.shape) }
    let keys = description.tensorKeys
    #expect(keys.map(\.path).sorted() == shapes.map(\.0).sorted())
    #expect(Set(keys.map(\.key)).count == keys.count)
    let found = Dictionary(uniqueKeysWithValues: shapes)
    for key in keys {
      let shape = try #require(found[key.path])
      #expect(key.layout.axesToFile.map { Shape($0.map { shape[$0] }) } ?? shape == key.shape, "\(key.path)")
    }
  }

  /// Networks of one's own files alone, which say what they hold, are not told from their tensors.
  private static var published: [NetworkDescription] {
    small.filter {
      !($0.network is any ClassifierNetwork.Type || $0.network is any SynthesisNetwork.Type
        || $0.network is any WholeDiscriminator.Type)
    }
  }

  @Test(arguments: published) func recognisesItsOwnTensors(description: NetworkDescription) throws {
    let shapes = Dictionary(uniqueKeysWithValues: description.tensorKeys.map { ($0.key, $0.shape) })
    let found = Networks.all.lazy.compactMap { NetworkDescription.recognized($0, in: TensorShapes(shapes)) }.first
    let recognized = try #require(found)
    if description.network is any GeneratorNetwork.Type || description.network is any DiscriminatorNetwork.Type {
      #expect(recognized.network == description)
      #expect(recognized.keys == description.tensorKeys)
    } else {
      #expect(recognized.network.name == description.name)
    }
  }

  @Test(arguments: small) func isReadBackFromJSON(description: NetworkDescription) throws {
    #expect(try NetworkDescription(description.network, json: description.json()) == description)
    #expect(throws: (any Error).self) { try NetworkDescription(description.network, json: "[]") }
  }

  /// Every scale that a network claims to have can be built.
  @Test(arguments: small) func canBeBuiltAtItsScales(description: NetworkDescription) throws {
    for scale in description.scales {
      let scaled = try set(["scale": "\(scale)"], in: description)
      #expect(scaled.problem == nil && scaled.scale == scale)
      let network = try #require(scaled.makeUpscalingNetwork())
      let side = 2 * network.sizeMultiple
      let output = withoutGradients {
        network(Tensor(NDArray(repeating: 0, shape: [1, side, side, network.inputChannels]))).shape
      }
      #expect(output == [1, scale * side, scale * side, network.outputChannels])
    }
    for scale in Set(1...8).subtracting(description.scales) where description.scale != nil {
      let scaled = try set(["scale": "\(scale)"], in: description)
      #expect(scaled.problem?.hasPrefix("its scale is \(scale), expected ") == true)
    }
  }

  private func set(_ settings: [String: String], in description: NetworkDescription) throws -> NetworkDescription {
    var changed = description
    for (name, text) in settings {
      let isSet = changed.set(name, to: text)
      try #require(isSet, "\(name): \(text)")
    }
    return changed
  }

  @Test func settingsAreReadAndWrittenByName() throws {
    let network = try #require(Networks.generator(named: "msrresnet"))
    let description = try set(["upsampling": "direct"], in: NetworkDescription(network))
    #expect(description.text(of: "upsampling") == "direct")
    for (name, text) in [("upsampling", "transposed"), ("width", "0"), ("norm", "batch")] {
      var copy = description
      let isSet = copy.set(name, to: text)
      #expect(!isSet && copy == description)
    }
    #expect(description.text(of: "norm") == nil)
    #expect(description.configuration(of: MSRResNet.self)?.upsampling == .direct)
    #expect(description.configuration(of: SRResNet.self) == nil)
    let settings = NetworkDescription.settings(of: MSRResNet.self)
    #expect(settings.map(\.expectation).last == "stepwise or direct")
  }

  @Test func fitsADiscriminatorToItsImages() throws {
    let vgg = try #require(Networks.discriminator(named: "vgg"))
    let description = NetworkDescription(vgg, inputChannels: 6, imagesOf: 96)
    #expect(description.configuration(of: VGGDiscriminator.self)?.size == 96 && description.inputChannels == 6)
    #expect(NetworkDescription(vgg, inputChannels: 3, imagesOf: 100).problem?.contains("multiple of 32") == true)
    let patch = NetworkDescription(PatchDiscriminator.self, inputChannels: 3, imagesOf: 96)
    #expect(patch.sizes.smallest == 24)
  }

  /// Settings that a file may hold but that cannot be built.
  @Test(arguments: [
    ("resnet", "width", "1000000000"), ("resnet", "blocks", "-1"), ("unet", "downsamplings", "70"),
    ("resnet", "inputChannels", "4611686018427387904"), ("rrdb", "scale", "0"), ("rrdb", "scale", "3"),
    ("srvgg", "outputChannels", "0"),
  ])
  func saysWhatCannotBeBuilt(name: String, setting: String, value: String) throws {
    let network = try #require(Networks.generator(named: name))
    var json = try NetworkDescription(network).json()
    let range = try #require(json.range(of: #""\#(setting)":[0-9]+"#, options: .regularExpression))
    json.replaceSubrange(range, with: "\"\(setting)\":\(value)")
    let problem = try NetworkDescription(network, json: json).problem
    #expect(problem?.contains(value) == true, "\(problem ?? "")")
  }
}
