import Checkpoints
import Foundation
import Layers
import Models
import Tensors

/// What networks begin with: the folder of another run, a folder of files as pytorch-CycleGAN-and-pix2pix leaves, or files.
extension Recipe {
  /// The model that a generator begins with; nil if it begins with random weights, or with a checkpoint's.
  ///
  /// - Parameter name: what checkpoints call the generator, `AtoB`, `BtoA` or `generator`.
  ///
  /// Throws `RecipeProblem` if there is none where the recipe says, `CheckpointError` if it cannot be read or is another
  /// network.
  func initialModel(of network: NetworkDescription, named name: String) throws -> ModelFile? {
    guard !isResumed, let file = try initialFile(of: name) else { return nil }
    let model = try ModelFile(contentsOf: file)
    guard model.description.network == network else {
      throw CheckpointError(
        file: model.file.url.relativePath,
        problem: "is a \(model.description.network.summary), and the recipe's generator a \(network.summary)")
    }
    return model
  }

  private func initialFile(of name: String) throws(RecipeProblem) -> URL? {
    let ownFile = name == "AtoB" ? generator.initialAtoB : name == "BtoA" ? generator.initialBtoA : ""
    if !ownFile.isEmpty { return try modelFile(ownFile, of: "generator.initial\(name)") }
    guard !generator.initial.isEmpty else { return nil }
    guard let folder = initialFolder else {
      guard key("generator.initialAtoB") == nil else {
        throw RecipeProblem(
          "generator.initial",
          "generator.initial is \(generator.initial), expected a run's folder, since there are two generators: name their "
            + "files by generator.initialAtoB and generator.initialBtoA")
      }
      return try modelFile(generator.initial, of: "generator.initial")
    }
    let names = ["\(name).safetensors"] + Self.otherFiles[name, default: []]
    let files = names.map { folder.appending(path: $0) }
    guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
      throw RecipeProblem(
        "generator.initial",
        "generator.initial is \(generator.initial), which holds none of \(names.joined(separator: ", ")): expected a finished "
          + "run's folder, or one with such a file")
    }
    return file
  }

  /// As pytorch-CycleGAN-and-pix2pix and CUT name them.
  private static let otherFiles = [
    "AtoB": ["latest_net_G_A.pth", "latest_net_G.pth"], "BtoA": ["latest_net_G_B.pth", "latest_net_G.pth"],
    "generator": ["latest_net_G.pth"],
  ]

  private var initialFolder: URL? {
    var isFolder: ObjCBool = false
    guard !generator.initial.isEmpty,
      FileManager.default.fileExists(atPath: generator.initial, isDirectory: &isFolder), isFolder.boolValue
    else { return nil }
    return URL(filePath: generator.initial, directoryHint: .isDirectory)
  }

  /// Gives a network that finished models do not hold, such as a discriminator, the weights that it has in the newest
  /// checkpoint of the run that generators begin with. Returns whether there is one with a network of this name and shape;
  /// otherwise it stays as it is.
  ///
  /// Throws `CheckpointError` for a checkpoint that cannot be read.
  @discardableResult
  func begin(_ network: any Layer, named name: String) throws -> Bool {
    guard !isResumed, let folder = initialFolder.map({ RunFolder(root: $0) }), let step = folder.checkpointSteps.last
    else { return false }
    let file = try TensorFile(contentsOf: folder.checkpoint(step: step))
    let parameters = network.namedParameters.map { ($0.parameter, file.array(named: "\(name).\($0.name)")) }
    let statistics = network.namedStatistics.map { ($0.statistic, file.array(named: "\(name).\($0.name)")) }
    guard parameters.allSatisfy({ $0.1?.shape == $0.0.value.shape }),
      statistics.allSatisfy({ $0.1?.shape == $0.0.value.shape })
    else { return false }
    for (parameter, value) in parameters { if let value { parameter.value = value } }
    for (statistic, value) in statistics { if let value { statistic.value = value } }
    return true
  }

  /// Gives discriminators the weights that they begin with, and says so, one line each; nothing where all are random.
  package func begin(_ discriminators: [NamedNetwork]) throws -> [String] {
    guard !isResumed, initialFolder != nil else { return [] }
    return try discriminators.map { discriminator in
      try begin(discriminator.network, named: discriminator.name)
        ? "\(discriminator.name) begins with the newest checkpoint in \(generator.initial)"
        : "\(discriminator.name) begins anew: there is none like it in a checkpoint in \(generator.initial)"
    }
  }
}
