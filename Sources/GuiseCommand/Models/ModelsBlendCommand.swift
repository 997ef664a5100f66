import ArgumentParser
import Checkpoints
import Foundation
import Pipelines

struct ModelsBlendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "blend",
    abstract: "Make a model between two of the same network.",
    discussion: """
      Example: guise models blend plain.pth strong.pth --share 0.3 -o between.safetensors

      Weights are mixed. If one model was trained from the other, or both from the same, the result does something between \
      what they do; others give noise.
      """)

  @Argument(
    help: ArgumentHelp("A model file or a bundled model's name.", valueName: "path|name"),
    completion: .model)
  var model: String

  @Argument(help: ArgumentHelp("Another, of the same network.", valueName: "path|name"))
  var other: String

  @Option(help: ArgumentHelp("The other's share: 0 is the first model, 1 the other.", valueName: "0-1"))
  var share = 0.5

  @Option(name: .shortAndLong, help: ArgumentHelp("The new file, .safetensors.", valueName: "path"))
  var output: String

  func validate() throws {
    guard (0...1).contains(share) else { throw ValidationError("--share is \(share), expected 0 to 1") }
    guard output.hasSuffix(".safetensors") else {
      throw ValidationError("--output is \(output), expected a name that ends in .safetensors")
    }
  }

  func run() throws {
    let first = try ModelFile(contentsOf: BundledFiles.models.url(of: model))
    let second = try ModelFile(contentsOf: BundledFiles.models.url(of: other))
    try first.writeBlend(with: second, share: share, to: URL(filePath: output))
  }
}
