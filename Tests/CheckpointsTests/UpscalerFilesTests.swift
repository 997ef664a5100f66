import Checkpoints
import Foundation
import Layers
import Models
import Tensors
import Testing

private func rrdb(
  growth: Int = 2, blocks: Int = 1, scale: Int = 4, upsamplings: Int = 2, channels: Int = 3
) -> NetworkDescription {
  var configuration = RRDBNet.Configuration()
  (configuration.inputChannels, configuration.outputChannels) = (channels, channels)
  (configuration.width, configuration.growth, configuration.blocks) = (4, growth, blocks)
  (configuration.scale, configuration.upsamplings) = (scale, upsamplings)
  return NetworkDescription(RRDBNet.self, configuration)
}

private func srvgg(convolutions: Int, scale: Int, channels: Int = 3) -> NetworkDescription {
  var configuration = SRVGGNet.Configuration()
  (configuration.inputChannels, configuration.outputChannels) = (channels, channels)
  (configuration.width, configuration.convolutions, configuration.scale) = (4, convolutions, scale)
  return NetworkDescription(SRVGGNet.self, configuration)
}

private func msrresnet(scale: Int, upsampling: MSRResNet.Upsampling = .stepwise) -> NetworkDescription {
  var configuration = MSRResNet.Configuration()
  (configuration.width, configuration.blocks) = (4, 2)
  (configuration.scale, configuration.upsampling) = (scale, upsampling)
  return NetworkDescription(MSRResNet.self, configuration)
}

private func srresnet(blocks: Int, scale: Int, variant: SRResNet.Variant = .linear) -> NetworkDescription {
  var configuration = SRResNet.Configuration()
  (configuration.width, configuration.blocks) = (4, blocks)
  (configuration.scale, configuration.variant) = (scale, variant)
  return NetworkDescription(SRResNet.self, configuration)
}

private func span(
  blocks: Int, scale: Int, form: SPAN.Form = .open, normalizes: Bool = true
) -> NetworkDescription {
  var configuration = SPAN.Configuration()
  if !normalizes { (configuration.inputChannels, configuration.outputChannels) = (1, 1) }
  (configuration.width, configuration.blocks, configuration.scale) = (4, blocks, scale)
  (configuration.form, configuration.normalizes) = (form, normalizes)
  return NetworkDescription(SPAN.self, configuration)
}

private func write(_ description: NetworkDescription, to url: URL, nonFinite: Bool = false) throws {
  func write(_ network: some UpscalingNetwork) throws {
    Initializer.kaiming(scale: 1).initialize(network, seed: 1, purpose: "test")
    if nonFinite, let last = network.parameters.last {
      last.value = NDArray(repeating: .nan, shape: last.value.shape)
    }
    try ModelFile.write(network, description: ModelDescription(task: "super-resolution", network: description), to: url)
  }
  let network = try #require(description.makeUpscalingNetwork())
  try write(network)
}

@Suite struct UpscalerFilesTests {
  private static let recognised: [(String, NetworkDescription)] = [
    ("rrdb-x4", rrdb()), ("rrdb-x2", rrdb(blocks: 2, scale: 2)), ("rrdb-x1", rrdb(scale: 1, channels: 1)),
    ("rrdb-trunk-x4", rrdb(growth: 3)), ("rrdb-trunk-x2", rrdb(scale: 2)), ("rrdb-modules-x4", rrdb(blocks: 2)),
    ("rrdb-modules-x2", rrdb(scale: 2, upsamplings: 1)), ("rrdb-modules-unshuffled-x2", rrdb(scale: 2)),
    ("srvgg-x4", srvgg(convolutions: 3, scale: 4)), ("srvgg-x2-half", srvgg(convolutions: 0, scale: 2, channels: 1)),
    ("msrresnet-x2", msrresnet(scale: 2)), ("msrresnet-x3", msrresnet(scale: 3)),
    ("msrresnet-x4", msrresnet(scale: 4)),
    // Beside the branches, the files hold kernels that were folded from others.
    ("span-x4", span(blocks: 2, scale: 4)), ("span-unnormalized-x3", span(blocks: 1, scale: 3, normalizes: false)),
    ("span-folded-x2", span(blocks: 3, scale: 2, form: .folded)),
    ("srresnet-x4", srresnet(blocks: 1, scale: 4)), ("srresnet-x3", srresnet(blocks: 1, scale: 3)),
    ("srresnet-bounded-x2", srresnet(blocks: 2, scale: 2, variant: .bounded)),
    ("srresnet-bounded-x8", srresnet(blocks: 1, scale: 8, variant: .bounded)),
  ]

  @Test(arguments: recognised)
  private func upscalesAsPyTorchDoes(name: String, network: NetworkDescription) throws {
    let model = try ModelFile(contentsOf: Golden.url("\(name).pth"))
    #expect(!model.isSelfDescribed)
    #expect(model.description == ModelDescription(task: "super-resolution", network: network))
    #expect(model.description.valueRange == .unit)

    let expected = try TensorFile(contentsOf: Golden.url("\(name).expected.safetensors"))
    let image = Tensor(try #require(expected.array(named: "image"))).transposed([0, 2, 3, 1])
    let upscaler = try model.upscaler()
    let upscaled = withoutGradients { upscaler(image).transposed([0, 3, 1, 2]).value }
    let truth = try #require(expected.array(named: "upscaled"))
    #expect(upscaled.shape == truth.shape)
    #expect(upscaled.shape[2] == upscaler.scale * image.shape[1])
    let error = zip(upscaled.scalars, truth.scalars).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error < 1e-4)
  }

  /// The written shapes are those of the keys, which a file is checked against before it is read.
  @Test(arguments: recognised.map(\.1) + [2, 3, 4].map { msrresnet(scale: $0, upsampling: .direct) })
  private func readsBackWhatItWrites(network: NetworkDescription) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      try write(network, to: url)
      let model = try ModelFile(contentsOf: url)
      #expect(model.isSelfDescribed)
      #expect(model.description == ModelDescription(task: "super-resolution", network: network))
      let copy = folder.appending(path: "copy.safetensors")
      try ModelFile.write(model.upscaler(), description: model.description, to: copy)
      #expect(try Data(contentsOf: copy) == Data(contentsOf: url))
    }
  }

  @Test func refusesToTranslateWithAnUpscalerAndToUpscaleWithATranslator() throws {
    let upscaler = try ModelFile(contentsOf: Golden.url("rrdb-x2.pth"))
    let translating = #expect(throws: CheckpointError.self) { try upscaler.generator() }
    #expect(
      translating?.problem == "is a super-resolution network (RRDBNet x2, 2 blocks, width 4, growth 2, 3 to 3 "
        + "channels), expected one that keeps an image's size")
    #expect(translating?.use == .upscaling)
    let translator = try ModelFile(contentsOf: Golden.url("resnet-batch.pth"))
    let upscaling = #expect(throws: CheckpointError.self) { try translator.upscaler() }
    #expect(
      upscaling?.problem == "is a generator that translates images (ResNet generator, 2 blocks, width 2, 3 to 3 "
        + "channels, batch norm, transposed convolutions), expected a super-resolution network")
    #expect(upscaling?.use == .translation)
    let colorizer = try ModelFile(contentsOf: Golden.url("unet-color.pth"))
    let enlarging = #expect(throws: CheckpointError.self) { try colorizer.upscaler() }
    #expect(
      enlarging?.problem == "is a generator that colours images (U-Net generator, 4 downsamplings, width 2, 1 to 2 "
        + "channels, batch norm), expected a super-resolution network")
    #expect(enlarging?.use == .colorization)
  }

  @Test func refusesAClassifier() {
    let error = #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: Golden.url("classifier.pth")) }
    #expect(
      error?.problem == "is a classifier, which names what an image shows (fc.weight [10, 4]); expected a "
        + "generator: ResNet generator (CycleGAN), U-Net generator (pix2pix), U-Net with an encoder "
        + "(EfficientNet-Lite0), network of colour bins (EfficientNet-Lite0), colorizer of Zhang et al. 2016, colorizer of Zhang et al. 2017, DeOldify, DDColor, "
        + "SRResNet (SRGAN), MSRResNet, RRDBNet "
        + "(ESRGAN), SRVGGNet (Real-ESRGAN), SPAN, RealPLKSR, SwinIR, HAT, DAT, SRFormer or Omni-SR")
  }

  @Test(arguments: [
    rrdb(), srvgg(convolutions: 2, scale: 3), msrresnet(scale: 4), srresnet(blocks: 1, scale: 2),
    span(blocks: 1, scale: 2),
  ])
  private func refusesWeightsThatAreNotNumbers(network: NetworkDescription) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      try write(network, to: url, nonFinite: true)
      let model = try ModelFile(contentsOf: url)
      let error = #expect(throws: CheckpointError.self) { try model.upscaler() }
      #expect(error?.problem.contains("holds values that are not numbers: its training failed") == true)
    }
  }

  @Test func refusesVariancesBelowZero() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      let network = SRResNet()
      for (name, statistic) in network.namedStatistics where name.hasSuffix("runningVariance") {
        statistic.value = NDArray(repeating: -1, shape: statistic.value.shape)
      }
      let description = ModelDescription(task: "super-resolution", network: NetworkDescription(of: network))
      try ModelFile.write(network, description: description, to: url)
      let model = try ModelFile(contentsOf: url)
      let error = #expect(throws: CheckpointError.self) { try model.upscaler() }
      #expect(error?.problem == "tensor trunk.0.rcb.1.running_var holds variances below 0: the file is damaged")
    }
  }

  /// SRVGGNet's tensors do not show its base, so its description does; without one, the base is the published one.
  @Test func modelFilesSayWhatTheBaseIs() throws {
    var configuration = SRVGGNet.Configuration()
    (configuration.width, configuration.convolutions, configuration.base) = (4, 1, .bilinear)
    let network = NetworkDescription(SRVGGNet.self, configuration)
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      try write(network, to: url)
      #expect(try ModelFile(contentsOf: url).description.network == network)
      let summary = "SRVGGNet x4, 1 convolution, width 4, 3 to 3 channels"
      #expect(try ModelInspection(contentsOf: url).text().contains("network     \(summary), bilinear base\n"))

      let written = try TensorFile(contentsOf: url)
      let tensors = written.names.compactMap { name in written.array(named: name).map { NamedTensor(name, $0) } }
      var metadata = written.metadata
      let settings = try #require(metadata["guise.settings"])
      metadata["guise.settings"] = settings.replacing(#""base":"bilinear","#, with: "")
      #expect(metadata["guise.settings"] != settings)
      for metadata in [metadata, [:]] {
        try Safetensors.write(tensors, metadata: metadata, to: url)
        let found = try ModelFile(contentsOf: url).description.network
        #expect(found.configuration(of: SRVGGNet.self)?.base == .nearest)
        #expect(found.summary == summary)
      }
    }
  }

  /// Settings with which no network can be built, or not the one in the file.
  @Test(arguments: [
    (rrdb(), #""scale":4"#, #""scale":0"#), (rrdb(), #""scale":4"#, #""scale":3"#),
    (rrdb(), #""scale":4"#, #""scale":2"#), (rrdb(), #""upsamplings":2"#, #""upsamplings":70"#),
    (rrdb(), #""width":4"#, #""width":1000000000"#), (rrdb(), #""blocks":1"#, #""blocks":-1"#),
    (srvgg(convolutions: 1, scale: 2), #""scale":2"#, #""scale":-2"#),
    (srvgg(convolutions: 1, scale: 2), #""scale":2"#, #""scale":9000000000000000000"#),
    (msrresnet(scale: 4), #""scale":4"#, #""scale":5"#),
    (srresnet(blocks: 1, scale: 4), #""scale":4"#, #""scale":6"#),
    (span(blocks: 1, scale: 2), #""form":"open""#, #""form":"folded""#),
    (span(blocks: 1, scale: 2), #""normalizes":true"#, #""normalizes":false"#),
    (span(blocks: 1, scale: 2), #""blocks":1"#, #""blocks":3"#),
    (srresnet(blocks: 1, scale: 4), #""form":"linear""#, #""form":"bounded""#),
  ])
  private func refusesSettingsThatDoNotFit(network: NetworkDescription, setting: String, other: String) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      try write(network, to: url)
      let written = try TensorFile(contentsOf: url)
      var metadata = written.metadata
      let settings = try #require(metadata["guise.settings"])
      #expect(settings.contains(setting))
      metadata["guise.settings"] = settings.replacing(setting, with: other)
      let tensors = written.names.compactMap { name in written.array(named: name).map { NamedTensor(name, $0) } }
      try Safetensors.write(tensors, metadata: metadata, to: url)
      let error = #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: url) }
      #expect(error?.problem.hasPrefix("describes another network than it holds (") == true, "\(error?.problem ?? "")")
    }
  }

  /// Tensors that are recognised as a network's but do not match it, with sizes that must not be trusted.
  private static let parts: [(shapes: [String: Shape], problem: String)] = [
    (
      ["conv_first.weight": [1_000_000, 3, 3, 3], "conv_body.weight": [1]],
      "resembles a generator (RRDBNet x1, 1 block, width 1000000, growth 32, 3 to 3 channels), but body.0.rdb1.conv1.bias"
    ),
    (
      ["conv_first.weight": [4, 5, 3, 3], "trunk_conv.weight": [4, 4, 3, 3]],
      "resembles a generator (RRDBNet x1, 1 block, width 4, growth 32, 5 to 3 channels), but HRconv.bias [4] is missing"
    ),
    (
      ["body.0.weight": [4, 3, 3, 3], "body.1.weight": [4], "body.2.weight": [50, 4, 3, 3]],
      "resembles a generator (SRVGGNet x4, 0 convolutions, width 4, 3 to 3 channels), but body.0.bias [4] is missing"
    ),
    (
      ["body.0.weight": [4, 3, 3, 3], "body.1.weight": [4], "body.2.weight": [30000, 1, 3, 3]],
      "resembles a generator (SRVGGNet x4, 0 convolutions, width 4, 3 to 3 channels), but body.0.bias [4] is missing"
    ),
    (
      [
        "conv_first.weight": [4, 3, 3, 3], "conv_last.weight": [3, 4, 3, 3], "body.0.conv1.weight": [4, 4, 3, 3],
        "upconv1.weight": [17, 4, 3, 3],
      ],
      "resembles a generator (MSRResNet x4, 1 block, width 4, 3 to 3 channels), but body.0.conv1.bias [4] is missing"
    ),
    (
      ["conv1.0.weight": [4, 3, 9, 9], "upsampling.0.upsample_block.0.weight": [44, 4, 3, 3]],
      "resembles a generator (SRResNet x2, 0 blocks, width 4, 3 to 3 channels), but conv1.0.bias [4] is missing"
    ),
    (
      ["conv_1.eval_conv.weight": [4, 3, 3, 3], "conv_cat.weight": [4, 16, 1, 1]],
      "resembles a generator (SPAN x4, 1 block, width 4, 3 to 3 channels, folded), but block_1.c1_r.eval_conv.bias [4]"
    ),
    (
      ["conv_1.sk.weight": [4, 5, 1, 1], "conv_cat.weight": [4, 16, 1, 1]],
      "resembles a generator (SPAN x4, 1 block, width 4, 5 to 3 channels, open), but block_1.c1_r.conv.0.bias [8]"
    ),
    (
      ["block1.0.weight": [4, 3, 9, 9]],
      "resembles a generator (SRResNet x1, 0 blocks, width 4, 3 to 3 channels, tanh at its end), but block1.0.bias [4]"
    ),
    (["conv_first.weight": [0, 3, 3, 3], "conv_body.weight": [0]], "holds no generator this program knows"),
  ]

  @Test(arguments: parts)
  func refusesPartsOfANetwork(shapes: [String: Shape], problem: String) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      let tensors = shapes.sorted { $0.key < $1.key }.map { NamedTensor($0, NDArray(repeating: 0, shape: $1)) }
      try Safetensors.write(tensors, to: url)
      let error = #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: url) }
      #expect(error?.problem.hasPrefix(problem) == true, "\(error?.problem ?? "")")
    }
  }

  @Test(arguments: [
    "rrdb-modules-x2.pth", "srvgg-x2-half.pth", "msrresnet-x2.pth", "srresnet-bounded-x2.pth", "span-x4.pth",
  ])
  func survivesDamage(name: String) throws {
    try expectDamageIsSurvived(name, copies: 200)
  }
}
