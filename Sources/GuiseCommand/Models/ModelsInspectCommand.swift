import ArgumentParser
import Checkpoints
import Foundation
import Models
import Pipelines
import Training

struct ModelsInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what a model file holds: network, task, recipe, licence.",
    discussion: """
      Example: guise models inspect photo-to-monet
      Example: guise models inspect outputs/mine --recipe
      Example: guise models inspect latest_net_G_A.pth --tensors

      Of a run's folder, it shows the models that training has exported, or else the newest checkpoint.

      Generators that can be run: \(Networks.generators.map { $0.title }.joined(separator: ", ")). \
      For other files it says what they resemble.
      """)

  @Argument(
    help: ArgumentHelp(
      "A safetensors, PyTorch or ONNX file, either of a pair of ncnn's, a run's folder or a bundled model's name.",
      valueName: "path|name"),
    completion: .model)
  var model: String

  @Flag(help: "Also show the recipe that it was trained by.")
  var recipe = false

  @Flag(help: "Also list every tensor with its shape and type.")
  var tensors = false

  func run() throws {
    let url = try BundledFiles.models.url(of: model)
    let files = try RunFolder(root: url).modelsToShow ?? [url]
    for file in files {
      print(try ModelInspection(contentsOf: file).text(showingRecipe: recipe, listingTensors: tensors))
    }
  }
}

extension RunFolder {
  /// The models that the run has exported, or its newest checkpoint if there are none; nil if this is no folder. Throws
  /// `ModelError` if the folder holds neither.
  fileprivate var modelsToShow: [URL]? {
    get throws {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: root.path, isDirectory: &isFolder), isFolder.boolValue else {
        return nil
      }
      let names = ["AtoB", "BtoA", "generator"]
      let models = names.map(model).filter { FileManager.default.fileExists(atPath: $0.path) }
      guard models.isEmpty else { return models }
      guard let newest = checkpointSteps.last else {
        throw ModelError.noModelInFolder(
          path: root.relativePath, expected: "\(SettingText.alternatives(names)).safetensors, and no checkpoint")
      }
      return [checkpoint(step: newest)]
    }
  }
}
