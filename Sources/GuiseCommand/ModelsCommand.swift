import ArgumentParser
import Checkpoints
import Foundation
import Models

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Inspect model files.",
    discussion: "Example: guise models inspect data/models/photo-to-monet.safetensors",
    subcommands: [ModelsInspectCommand.self])
}

struct ModelsInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what a model file holds: network, task, recipe, licence.",
    discussion: """
      Example: guise models inspect latest_net_G_A.pth --tensors

      Generators that can be run: \(Networks.generators.map { $0.title }.joined(separator: ", ")). \
      For other files it says what they resemble.
      """)

  @Argument(help: ArgumentHelp("A safetensors or PyTorch file, or either of a pair of ncnn's.", valueName: "file"))
  var file: String

  @Flag(help: "Also list every tensor with its shape and type.")
  var tensors = false

  func run() throws {
    print(try ModelInspection(contentsOf: URL(filePath: file)).text(listingTensors: tensors))
  }
}
