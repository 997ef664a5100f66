import ArgumentParser
import Checkpoints
import Pipelines

struct ModelsCardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "card",
    abstract: "Print a model card, in Markdown, to publish beside a model file.",
    discussion: """
      Example: guise models card outputs/mine/generator.safetensors > README.md

      It tells what the file says of itself: what it does and by which command, its network, recipe and licence. Its head is \
      what hubs for models read. Measurements, pictures and where it fails are for you to add.
      """)

  @Argument(
    help: ArgumentHelp(
      "A safetensors or PyTorch file, either of a pair of ncnn's, or a bundled model's name.", valueName: "path|name"),
    completion: .model)
  var model: String

  func run() throws {
    print(try ModelCard(of: ModelFile(contentsOf: BundledFiles.models.url(of: model))).text)
  }
}
