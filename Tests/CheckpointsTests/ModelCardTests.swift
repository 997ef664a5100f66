import Checkpoints
import Foundation
import Models
import TestSupport
import Testing

@Suite struct ModelCardTests {
  private func card(
    of network: some GeneratorNetwork, task: String, change: (inout ModelDescription) -> Void = { _ in }
  ) throws -> String {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "mine.safetensors")
    var description = ModelDescription(task: task, network: NetworkDescription(of: network))
    change(&description)
    try ModelFile.write(network, description: description, to: url)
    return try ModelCard(of: ModelFile(contentsOf: url)).text
  }

  @Test func tellsWhatTheFileSays() throws {
    var configuration = SRVGGNet.Configuration()
    (configuration.width, configuration.convolutions, configuration.scale) = (4, 1, 2)
    let card = try card(of: SRVGGNet(configuration), task: "super-resolution") {
      ($0.name, $0.licence, $0.trainingSteps) = ("sharp", "CC BY 4.0", 500)
      $0.recipe = "task: super-resolution\ncomment: ````\n"
    }
    #expect(
      card.hasPrefix(
        """
        ---
        license: other
        pipeline_tag: image-to-image
        library_name: guise
        tags: [guise, super-resolution, srvgg]
        ---

        # sharp

        A model that enlarges images 2 times.

        | | |
        |---|---|
        | format | safetensors |
        """))
    #expect(card.contains("| steps | 500 |"))
    #expect(card.contains("guise upscale -i photos -o results -m 'mine.safetensors'"))
    // The recipe's own fence does not end it.
    #expect(card.contains("\n`````yaml\ntask: super-resolution\ncomment: ````\n`````\n"))
    #expect(card.hasSuffix("## Licence\n\nCC BY 4.0"))
  }

  @Test func namesTheCommandOfEachTask() throws {
    var configuration = ResNetGenerator.Configuration()
    (configuration.width, configuration.blocks) = (1, 1)
    let translator = try card(of: ResNetGenerator(configuration), task: "cyclegan") { $0.direction = .bToA }
    #expect(translator.contains("A model that translates images, BtoA.") && translator.contains("guise translate"))
    #expect(!translator.contains("## Licence") && !translator.contains("## Training"))
    (configuration.inputChannels, configuration.outputChannels) = (1, 2)
    let colorizer = try card(of: ResNetGenerator(configuration), task: "colorization")
    #expect(colorizer.contains("guise colorize"))
  }

  /// What a file calls itself cannot break out of its line.
  @Test func strangeTextsStayWhereTheyAre() throws {
    var configuration = ResNetGenerator.Configuration()
    (configuration.width, configuration.blocks) = (1, 1)
    let card = try card(of: ResNetGenerator(configuration), task: "x]\nlicense: mit") {
      $0.version = "1 | 2\n| 3"
    }
    #expect(card.contains("tags: [guise, resnet]"))
    #expect(card.contains("| written by | guise 1 \\| 2\\| 3 |"))
  }
}
