import Checkpoints
import Foundation
import Models
import Tensors
import Testing

@Suite struct ModelInspectionTests {
  @Test func describesAModelOfItsOwn() throws {
    var configuration = ResNetGenerator.Configuration()
    configuration.width = 1
    configuration.blocks = 1
    var description = ModelDescription(
      task: "cyclegan", direction: .aToB, network: NetworkDescription(ResNetGenerator.self, configuration))
    description.name = "photo-to-monet"
    description.trainingSteps = 20000
    description.licence = "CC BY 4.0\u{1b}[2J"
    description.recipe = "task: cyclegan\nbatch: 1\n"
    description.version = "0.1.0"
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "monet.safetensors")
      try ModelFile.write(
        ResNetGenerator(configuration), description: description, storage: .float16, to: url)
      let size = try Data(contentsOf: url).count
      #expect(
        try ModelInspection(contentsOf: url).text(showingRecipe: true) == """
          monet.safetensors
            format      safetensors
            task        cyclegan
            direction   AtoB
            network     ResNet generator, 1 block, width 1, 3 to 3 channels, instance norm, transposed convolutions
            values      -1...1
            name        photo-to-monet
            steps       20000
            licence     CC BY 4.0[2J
            written by  guise 0.1.0
            parameters  783
            size        \(String(size).prefix(1)),\(String(size).dropFirst(1)) bytes, float16, float32
            recipe      2 lines
              task: cyclegan
              batch: 1
          """)
      #expect(try !ModelInspection(contentsOf: url).text().contains("batch"))
    }
  }

  @Test func saysOfAModelOfItsOwnWhatTensorsDoNotTell() throws {
    var configuration = UNetGenerator.Configuration()
    (configuration.width, configuration.downsamplings, configuration.dropout) = (1, 6, true)
    configuration.atTest = .asInTraining
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "facades.safetensors")
      let description = ModelDescription(task: "paired", network: NetworkDescription(UNetGenerator.self, configuration))
      try ModelFile.write(UNetGenerator(configuration), description: description, to: url)
      let network =
        "U-Net generator, 6 downsamplings, width 1, 3 to 3 channels, batch norm, dropout, used as in "
        + "training"
      let text = try ModelInspection(contentsOf: url).text()
      #expect(text.contains("  network     \(network)\n"), "\(text)")
    }
  }

  @Test func describesAToolkitGenerator() throws {
    let inspection = try ModelInspection(contentsOf: Golden.url("resnet-6-old-latest_net_G_B.pth"))
    let text = inspection.text(listingTensors: true)
    let lines = text.split(separator: "\n")
    #expect(lines[1] == "  format      PyTorch (legacy)")
    #expect(lines[2] == "  task        cyclegan (told from the tensors)")
    #expect(lines[3] == "  direction   BtoA")
    #expect(lines.contains { $0.hasPrefix("model.1.weight ") && $0.hasSuffix("  1x3x7x7  float32") })
    #expect(lines.contains { $0.hasPrefix("model.2.num_batches_tracked ") && $0.hasSuffix("  int64") })
  }

  @Test func describesAnUpscaler() throws {
    let text = try ModelInspection(contentsOf: Golden.url("srvgg-x4.pth")).text()
    #expect(
      text == """
        srvgg-x4.pth
          format      PyTorch (zip)
          task        super-resolution (told from the tensors)
          network     SRVGGNet x4, 3 convolutions, width 4, 3 to 3 channels
          values      0...1
          parameters  2,348
          size        14,541 bytes, float32
        """)
  }

  @Test(arguments: [
    ("unet-batch", "paired", "U-Net generator, 3 downsamplings, width 2, 3 to 3 channels, batch norm", "1,719"),
    (
      "unet-instance-old", "paired", "U-Net generator, 3 downsamplings, width 2, 3 to 3 channels, instance norm",
      "1,719"
    ),
    ("unet-color", "colorization", "U-Net generator, 4 downsamplings, width 2, 1 to 2 channels, batch norm", "6,230"),
    (
      "resnet-color", "colorization",
      "ResNet generator, 1 block, width 2, 1 to 2 channels, batch norm, transposed convolutions", "2,240"
    ),
  ])
  func describesAPairedOrColorizingGenerator(name: String, task: String, network: String, parameters: String) throws {
    let text = try ModelInspection(contentsOf: Golden.url("\(name).pth")).text()
    #expect(text.contains("  task        \(task) (told from the tensors)\n"), "\(text)")
    #expect(text.contains("  network     \(network)\n"), "\(text)")
    #expect(text.contains("  parameters  \(parameters)\n"), "\(text)")
  }

  @Test(arguments: [
    ("classifier.pth", "classifier, which ends in fc.weight"),
    ("list.pth", "unrecognised; 2 tensors"), ("every-type.safetensors", "unrecognised; 12 tensors"),
    ("patch-discriminator.pth", "PatchGAN discriminator of 3 channels (an image, or L with its colours)"),
    (
      "patch-discriminator-conditional.pth",
      "PatchGAN discriminator of 6 channels (conditional: input and output together)"
    ),
    ("pixel-discriminator.pth", "1x1 discriminator of 3 channels (an image, or L with its colours)"),
    ("vgg-discriminator.pth", "VGG-style discriminator (SRGAN, ESRGAN)"),
    ("unet-discriminator.pth", "U-Net discriminator with spectral norm (Real-ESRGAN)"),
    ("vgg19.pth", "VGG19, a classifier whose features training can compare images by"),
    ("vgg19-features.pth", "VGG19, a classifier whose features training can compare images by"),
    ("vgg16.pth", "VGG16, a classifier whose features training can compare images by"),
    (
      "vgg16-antialiased.pth",
      "VGG16 with anti-aliased pooling, a classifier whose features training can compare images by"
    ),
  ])
  func describesFilesThatItCannotRun(name: String, network: String) throws {
    let text = try ModelInspection(contentsOf: Golden.url(name)).text()
    #expect(text.contains("network  \(network)\n"), "\(text)")
  }

  @Test func namesWhatABrokenModelLacks() throws {
    let text = try ModelInspection(contentsOf: Golden.url("resnet-damaged.pth")).text()
    #expect(text.contains("but model.4.bias [2] is missing; "), "\(text)")
    let other = try ModelInspection(contentsOf: Golden.url("unet.pth")).text()
    #expect(other.contains("like U-Net generator, 2 downsamplings, width 2, 3 to 3 channels, instance norm, but "))
  }
}
