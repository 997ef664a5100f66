import Checkpoints
import Foundation
import Layers
import Models
import Tensors
import Testing

private typealias Configuration = ResNetGenerator.Configuration

private func configuration(
  blocks: Int, width: Int, norm: Norm = .instance, upsampling: ResNetGenerator.Upsampling = .transposed,
  downsampling: ResNetGenerator.Downsampling = .strided, residual: ResNetGenerator.Residual = .plain,
  dropout: Bool = false, channels: (Int, Int) = (3, 3), halvings: Int = 2
) -> Configuration {
  var configuration = Configuration()
  (configuration.inputChannels, configuration.outputChannels) = channels
  configuration.width = width
  configuration.blocks = blocks
  configuration.norm = norm
  configuration.upsampling = upsampling
  configuration.downsampling = downsampling
  configuration.residual = residual
  configuration.dropout = dropout
  configuration.halvings = halvings
  return configuration
}

private func resnet(_ configuration: Configuration) -> NetworkDescription {
  NetworkDescription(ResNetGenerator.self, configuration)
}

private func described(_ configuration: UNetGenerator.Configuration) -> NetworkDescription {
  NetworkDescription(UNetGenerator.self, configuration)
}

private func unet(
  downsamplings: Int, width: Int = 2, norm: Norm = .batch, dropout: Bool = false, channels: (Int, Int) = (3, 3)
) -> UNetGenerator.Configuration {
  var configuration = UNetGenerator.Configuration()
  (configuration.inputChannels, configuration.outputChannels) = channels
  (configuration.width, configuration.downsamplings) = (width, downsamplings)
  (configuration.norm, configuration.dropout) = (norm, dropout)
  return configuration
}

@Suite struct ModelFileTests {
  private static let recognised: [(String, String, ModelDescription.Direction?, NetworkDescription)] = [
    ("resnet-9-latest_net_G_A.pth", "cyclegan", .aToB, resnet(configuration(blocks: 9, width: 1))),
    ("resnet-6-old-latest_net_G_B.pth", "cyclegan", .bToA, resnet(configuration(blocks: 6, width: 1))),
    (
      "resnet-dropout.pth", "cyclegan", nil,
      resnet(configuration(blocks: 2, width: 2, dropout: true, channels: (1, 3)))
    ),
    ("resnet-batch.pth", "cyclegan", nil, resnet(configuration(blocks: 2, width: 2, norm: .batch))),
    (
      "resnet-batch-dropout.pth", "cyclegan", nil,
      resnet(configuration(blocks: 1, width: 2, norm: .batch, dropout: true))
    ),
    (
      "resnet-resize.safetensors", "cyclegan", nil,
      resnet(configuration(blocks: 1, width: 2, upsampling: .resizeConvolution, channels: (3, 1)))
    ),
    (
      "resnet-antialiased-latest_net_G.pth", "cyclegan", nil,
      resnet(configuration(blocks: 2, width: 2, upsampling: .antialiased, downsampling: .antialiased))
    ),
    (
      "gan-compression-separable.pth", "cyclegan", nil,
      resnet(configuration(blocks: 2, width: 2, residual: .separable, dropout: true))
    ),
    ("joligen-separable.pth", "cyclegan", nil, resnet(configuration(blocks: 2, width: 2, residual: .separable))),
    (
      "joligen-separable-batch.pth", "cyclegan", nil,
      resnet(configuration(blocks: 2, width: 2, norm: .batch, residual: .separable))
    ),
    ("joligen-plain.pth", "cyclegan", nil, resnet(configuration(blocks: 2, width: 2))),
    ("pix2pixhd-latest_net_G.pth", "cyclegan", nil, resnet(configuration(blocks: 2, width: 1, halvings: 4))),
    (
      "resnet-color.pth", "colorization", nil,
      resnet(configuration(blocks: 1, width: 2, norm: .batch, channels: (1, 2)))
    ),
    ("unet-batch.pth", "paired", nil, described(unet(downsamplings: 3))),
    ("unet-instance-old.pth", "paired", nil, described(unet(downsamplings: 3, norm: .instance))),
    ("unet-color.pth", "colorization", nil, described(unet(downsamplings: 4, channels: (1, 2)))),
    ("unet-shallow.pth", "paired", nil, described(unet(downsamplings: 2, width: 3, norm: .instance, channels: (3, 1)))),
  ]

  @Test(arguments: recognised)
  private func translatesAsPyTorchDoes(
    name: String, task: String, direction: ModelDescription.Direction?, network: NetworkDescription
  ) throws {
    let model = try ModelFile(contentsOf: Golden.url(name))
    #expect(!model.isSelfDescribed)
    #expect(model.description == ModelDescription(task: task, direction: direction, network: network))

    let stem = (name as NSString).deletingPathExtension
    let expected = try TensorFile(contentsOf: Golden.url("\(stem).expected.safetensors"))
    let image = Tensor(try #require(expected.array(named: "image"))).transposed([0, 2, 3, 1])
    let generator = try model.generator()
    let translated = generator(image).transposed([0, 3, 1, 2])
    let truth = try #require(expected.array(named: "translated"))
    #expect(translated.shape == truth.shape)
    let error = zip(translated.value.scalars, truth.scalars).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error < 1e-4)
  }

  @Test(arguments: recognised.map(\.0))
  func readsBackWhatItWrites(name: String) throws {
    let original = try ModelFile(contentsOf: Golden.url(name))
    let generator = try original.generator()
    var description = original.description
    description.direction = .bToA
    description.name = "spring"
    description.recipe = "task: cyclegan\nbatch: 1\n"
    description.licence = "CC BY 4.0"
    description.trainingSteps = 1200
    description.version = "0.1.0"
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "spring.safetensors")
      try ModelFile.write(generator, description: description, to: url)
      let copy = try ModelFile(contentsOf: url)
      #expect(copy.isSelfDescribed)
      #expect(copy.description == description)
      let found = try copy.generator()
      for (left, right) in zip(generator.namedParameters, found.namedParameters) {
        #expect(left.name == right.name)
        #expect(left.parameter.value == right.parameter.value, "\(left.name)")
      }
      for (left, right) in zip(generator.namedStatistics, found.namedStatistics) {
        #expect(left.statistic.value == right.statistic.value, "\(left.name)")
      }
      // The file's tensors are PyTorch's, except those that are not needed. joliGEN's have names of its own.
      guard !name.hasPrefix("joligen") else { return }
      let tensors = original.file.arrays()
      for (key, array) in copy.file.arrays() {
        let names = ["", "module.", "netG."].map { $0 + key } + [inTwoLists(key)]
        #expect(names.lazy.compactMap { tensors[$0] }.first == array, "\(key)")
      }
    }
  }

  /// The name in joliGEN's files of networks with two blocks, whose decoder begins with the twelfth module.
  private func inTwoLists(_ key: String) -> String {
    let parts = key.split(separator: ".", maxSplits: 2)
    guard parts.count == 3, let module = Int(parts[1]) else { return key }
    return module < 12 ? "encoder.\(key)" : "decoder.model.\(module - 12).\(parts[2])"
  }

  @Test func writesWeightsInHalfTheSize() throws {
    let generator = try ModelFile(contentsOf: Golden.url("resnet-batch.pth")).generator()
    let description = ModelDescription(
      task: "cyclegan", network: resnet(configuration(blocks: 2, width: 2, norm: .batch)))
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "half.safetensors")
      try ModelFile.write(generator, description: description, storage: .float16, to: url)
      let copy = try ModelFile(contentsOf: url).generator()
      for (left, right) in zip(generator.parameters, copy.parameters) {
        for (exact, stored) in zip(left.value.scalars, right.value.scalars) {
          #expect(stored == (left.role == .weight ? Float(Float16(exact)) : exact))
        }
      }
    }
  }

  @Test func writesAnAverageInPlaceOfTheParameters() throws {
    let generator = ResNetGenerator(configuration(blocks: 1, width: 1))
    let average = generator.parameters.map { NDArray(repeating: 0.5, shape: $0.value.shape) }
    let description = ModelDescription(task: "cyclegan", network: NetworkDescription(of: generator))
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "average.safetensors")
      try ModelFile.write(generator, average: average, description: description, to: url)
      let copy = try ModelFile(contentsOf: url).generator()
      #expect(copy.parameters.map(\.value) == average)
    }
  }

  @Test(arguments: [
    (
      "resnet-damaged.pth",
      "resembles a generator (ResNet generator, 1 block, width 1, 3 to 3 channels, instance norm, transposed "
        + "convolutions), but model.4.bias [2] is missing; model.7.weight is [4, 3, 3, 3], expected [4, 2, 3, 3]"
    ),
    (
      "patch-discriminator.pth",
      "is a PatchGAN discriminator of 3 channels (an image, or L with its colours), which judges images; expected "
        + "a generator, such as latest_net_G_A.pth"
    ),
    (
      "patch-discriminator-conditional.pth",
      "is a PatchGAN discriminator of 6 channels (conditional: input and output together), which judges images; "
        + "expected a generator, such as latest_net_G_A.pth"
    ),
    (
      "pixel-discriminator.pth",
      "is a 1x1 discriminator of 3 channels (an image, or L with its colours), which judges images; expected a "
        + "generator, such as latest_net_G_A.pth"
    ),
    (
      "vgg-discriminator.pth",
      "is a VGG-style discriminator (SRGAN, ESRGAN), which judges images; expected a generator, such as "
        + "net_g_latest.pth"
    ),
    (
      "unet-discriminator.pth",
      "is a U-Net discriminator with spectral norm (Real-ESRGAN), which judges images; expected a generator, such "
        + "as net_g_latest.pth"
    ),
    (
      "pix2pixhd-enhancer.pth",
      "resembles pix2pixHD's generator with local enhancers around the global one, which is not read: expected a "
        + "global one alone"
    ),
    (
      "pix2pixhd-discriminators.pth",
      "resembles pix2pixHD's discriminators, which judge images: expected its generator, such as latest_net_G.pth"
    ),
    (
      "cut-projections.pth",
      "resembles CUT's projections of features, which are of use in training alone: expected its generator, such as "
        + "latest_net_G.pth"
    ),
    (
      "deoldify-critic.pth",
      "resembles DeOldify's critic, which judges images: expected its generator, such as ColorizeArtistic_gen.pth"
    ),
    (
      "ddcolor-discriminator.pth",
      "resembles DDColor's discriminator, which judges images: expected its generator, such as net_g_200000.pth"
    ),
    (
      "unet.pth",
      "resembles a generator (U-Net generator, 2 downsamplings, width 2, 3 to 3 channels, instance norm), but "
        + "model.model.0.bias [2] is missing; model.model.1.model.1.bias [4] is missing; model.model.1.model.1.weight "
        + "[4, 2, 4, 4] is missing; and 4 more"
    ),
    (
      "list.pth",
      "holds no generator this program knows: found 2 tensors (0 [2], 1.a [1]), expected one of "
        + "ResNet generator (CycleGAN), U-Net generator (pix2pix), U-Net with an encoder (EfficientNet-Lite0), network "
        + "of colour bins (EfficientNet-Lite0), colorizer of Zhang et al. 2016, colorizer of Zhang et al. 2017, DeOldify, DDColor, "
        + "SRResNet (SRGAN), MSRResNet, RRDBNet (ESRGAN), "
        + "SRVGGNet (Real-ESRGAN), SPAN, RealPLKSR, SwinIR, HAT, DAT, SRFormer or Omni-SR"
    ),
  ])
  func refusesOtherFiles(name: String, problem: String) throws {
    #expect(throws: CheckpointError(file: name, problem: problem)) { try ModelFile(contentsOf: Golden.url(name)) }
  }

  @Test func refusesWeightsThatAreNotNumbers() throws {
    let model = try ModelFile(contentsOf: Golden.url("resnet-not-finite.pth"))
    let error = #expect(throws: CheckpointError.self) { try model.generator() }
    #expect(error?.problem.hasPrefix("tensor model.1.bias holds values that are not numbers") == true)
  }

  @Test(arguments: [
    ("guise.format", "2", "has version 2 of the model format"),
    ("guise.network", "vae", "holds the network vae"),
    ("guise.network", "unet", "has settings of its network that this program cannot read"),
    ("guise.settings", "{}", "has settings of its network that this program cannot read"),
    ("guise.direction", "AtoC", "has the direction AtoC"),
    ("guise.values", "0...1", "has values in 0...1"),
    (
      "guise.settings",
      #"{"blocks":9,"dropout":false,"inputChannels":3,"norm":"instance","outputChannels":3,"upsampling":"transposed","#
        + #""width":1000000000}"#,
      "describes another network than it holds (ResNet generator, 1 block, width 1"
    ),
  ])
  func refusesMetadataThatDoesNotFit(key: String, value: String, problem: String) throws {
    let generator = ResNetGenerator(configuration(blocks: 1, width: 1))
    let description = ModelDescription(task: "cyclegan", network: NetworkDescription(of: generator))
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      try ModelFile.write(generator, description: description, to: url)
      let written = try TensorFile(contentsOf: url)
      let tensors = written.names.compactMap { name in written.array(named: name).map { NamedTensor(name, $0) } }
      try Safetensors.write(tensors, metadata: written.metadata.merging([key: value]) { $1 }, to: url)
      let error = #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: url) }
      #expect(error?.problem.hasPrefix(problem) == true, "\(error?.problem ?? "")")
    }
  }

  /// As the bundled models have them.
  @Test func readsSettingsFromBeforeThereWereChoices() throws {
    let generator = ResNetGenerator(configuration(blocks: 1, width: 1))
    let description = ModelDescription(task: "cyclegan", network: NetworkDescription(of: generator))
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      try ModelFile.write(generator, description: description, to: url)
      let written = try TensorFile(contentsOf: url)
      let tensors = written.names.compactMap { name in written.array(named: name).map { NamedTensor(name, $0) } }
      let settings =
        #"{"blocks":1,"dropout":false,"inputChannels":3,"norm":"instance","outputChannels":3,"upsampling":"transposed","#
        + #""width":1}"#
      let metadata = written.metadata.merging(["guise.settings": settings]) { $1 }
      try Safetensors.write(tensors, metadata: metadata, to: url)
      #expect(try ModelFile(contentsOf: url).description == description)
    }
  }

  /// The written shapes are those of the keys, which a file is checked against before it is read.
  @Test(arguments: Norm.allCases, ResNetGenerator.Upsampling.allCases)
  func writesTheShapesThatItExpects(norm: Norm, upsampling: ResNetGenerator.Upsampling) throws {
    for (downsampling, residual, dropout) in [
      (.strided, .plain, false), (.strided, .plain, true), (.strided, .separable, false), (.strided, .separable, true),
      (.antialiased, .plain, false), (.antialiased, .separable, false),
    ] as [(ResNetGenerator.Downsampling, ResNetGenerator.Residual, Bool)] {
      for blocks in [0, 1, 3] {
        let configuration = configuration(
          blocks: blocks, width: 2, norm: norm, upsampling: upsampling, downsampling: downsampling,
          residual: blocks > 0 ? residual : .plain, dropout: dropout && blocks > 0, channels: (4, 1))
        try withTemporaryFolder { folder in
          let url = folder.appending(path: "x.safetensors")
          let description = ModelDescription(
            task: "cyclegan", network: NetworkDescription(ResNetGenerator.self, configuration))
          try ModelFile.write(ResNetGenerator(configuration), description: description, to: url)
          let generator = try ModelFile(contentsOf: url).generator()
          #expect((generator as? ResNetGenerator)?.configuration == configuration)
        }
      }
    }
  }

  /// With and without the file's description; without it, dropout and the test mode are not known.
  @Test(arguments: Norm.allCases, 2...7)
  func writesTheShapesOfUNetsThatItExpects(norm: Norm, downsamplings: Int) throws {
    for (channels, task) in [((1, 2), "colorization"), ((3, 3), "paired"), ((1, 3), "paired")] {
      let plain = unet(downsamplings: downsamplings, width: 1, norm: norm, channels: channels)
      var configuration = plain
      configuration.dropout = true
      configuration.atTest = .asInTraining
      try withTemporaryFolder { folder in
        let url = folder.appending(path: "x.safetensors")
        let description = ModelDescription(task: task, network: NetworkDescription(UNetGenerator.self, configuration))
        try ModelFile.write(UNetGenerator(configuration), description: description, to: url)
        let model = try ModelFile(contentsOf: url)
        #expect(model.description == description)
        #expect((try model.generator() as? UNetGenerator)?.configuration == configuration)

        let tensors = model.file.names.compactMap { name in model.file.array(named: name).map { NamedTensor(name, $0) }
        }
        let bare = folder.appending(path: "bare.safetensors")
        try Safetensors.write(tensors, to: bare)
        #expect(
          try ModelFile(contentsOf: bare).description
            == ModelDescription(task: task, network: NetworkDescription(UNetGenerator.self, plain)))
      }
    }
  }

  /// Files from before there was a choice of test modes.
  @Test func readsSettingsWithoutTheModeAtTest() throws {
    let generator = ResNetGenerator(configuration(blocks: 1, width: 1))
    let description = ModelDescription(task: "cyclegan", network: NetworkDescription(of: generator))
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      try ModelFile.write(generator, description: description, to: url)
      let written = try TensorFile(contentsOf: url)
      var metadata = written.metadata
      let settings = try #require(metadata["guise.settings"])
      #expect(settings.contains(#""atTest":"running","#))
      metadata["guise.settings"] = settings.replacing(#""atTest":"running","#, with: "")
      let tensors = written.names.compactMap { name in written.array(named: name).map { NamedTensor(name, $0) } }
      try Safetensors.write(tensors, metadata: metadata, to: url)
      #expect(try ModelFile(contentsOf: url).description == description)
    }
  }

  /// Tensors that are recognised as a U-Net's but do not match it.
  @Test(
    arguments: [
      (["model.model.0.weight": [100_000, 3, 4, 4]], "2 downsamplings, width 100000, 3 to 3 channels, instance norm"),
      (
        Dictionary(
          uniqueKeysWithValues: (0..<99).map { step -> (String, Shape) in
            let list =
              "model.model" + (step > 0 ? ".1.model" : "") + String(repeating: ".3.model", count: max(0, step - 1))
            return ("\(list).\(step == 0 ? 0 : 1).weight", [1, 1, 4, 4])
          }), "16 downsamplings, width 1, 1 to 3 channels, instance norm"
      ),
    ] as [([String: Shape], String)])
  func refusesPartsOfAUNet(shapes: [String: Shape], network: String) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      let tensors = shapes.sorted { $0.key < $1.key }.map { NamedTensor($0, NDArray(repeating: 0, shape: $1)) }
      try Safetensors.write(tensors, to: url)
      let error = #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: url) }
      let problem = "resembles a generator (U-Net generator, \(network)), but model.model.0.bias ["
      #expect(error?.problem.hasPrefix(problem) == true, "\(error?.problem ?? "")")
    }
  }

  @Test(arguments: ["resnet-resize.safetensors", "resnet-batch-dropout.pth", "unet-batch.pth", "unet-instance-old.pth"])
  func survivesDamage(name: String) throws {
    try expectDamageIsSurvived(name, copies: 300)
  }
}
