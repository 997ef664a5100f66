import ArgumentParser
import Foundation
import Pipelines

struct ModelsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the bundled models, which --model takes by name, and what each is for.",
    discussion: "Example: guise models list")

  func run() throws {
    let models = BundledFiles.models.all
    let width = models.map { BundledFiles.name(of: $0).count }.max() ?? 0
    for model in models {
      let name = BundledFiles.name(of: model)
      print(name + String(repeating: " ", count: width - name.count + 2) + BundledModel.purpose(of: model))
    }
  }
}
