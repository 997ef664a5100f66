import ArgumentParser
import Checkpoints
import Foundation
import Pipelines

extension NamedTensor.Storage: ExpressibleByArgument {}

struct ModelsConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a model in another format, for other programs or for this one.",
    discussion: """
      Example: guise models convert upscale-photo upscale-photo.onnx
      Example: guise models convert realesrgan-x4plus.param realesrgan-x4plus.pth

      The name's ending chooses the format: .safetensors, which describes itself; .pth, with the names that the network's \
      PyTorch files usually have; .onnx, for images of any number and size; .param and .bin, ncnn's pair.
      """)

  @Argument(
    help: ArgumentHelp(
      "A safetensors, PyTorch or ONNX file, either of a pair of ncnn's, or a bundled model's name.",
      valueName: "path|name"),
    completion: .model)
  var model: String

  @Argument(help: ArgumentHelp("The file to write, which must not exist.", valueName: "path"))
  var output: String

  @Option(help: ArgumentHelp("Which of two generators in one file to take.", valueName: "way"))
  var direction: ModelDescription.Direction?

  @Option(help: "How weights are stored; float16 takes half the space.")
  var precision = NamedTensor.Storage.float32

  func run() throws {
    let target = URL(filePath: output)
    let model = try ModelFile(contentsOf: BundledFiles.models.url(of: model), direction: direction)
    for file in try model.convert(to: target, storage: precision) {
      let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
      print("\(file.relativePath): \(model.description.network.summary), \(size) bytes")
    }
  }
}
