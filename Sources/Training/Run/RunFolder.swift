import Files
import Foundation

/// A run's folder, `outputs/NAME/`.
///
/// It holds `recipe.yaml` (as used; earlier ones in `recipes/`), `losses.csv`, `measures.csv`, `log.txt`, `run.json`, `index.html`, `samples/`, `checkpoints/`, and at the end
/// the run's models: `AtoB` and `BtoA` of an unpaired run, `generator` of others, and `pixel` if a pixel phase came
/// before.
public struct RunFolder: Sendable {
  public let root: URL

  /// Creates nothing on disk; `prepare` does. Throws `RunFolderError` for an unusable name.
  public init(name: String, in outputs: URL) throws {
    guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/"), !name.contains("\0") else {
      throw RunFolderError.unusableName(name)
    }
    root = outputs.appending(path: name, directoryHint: .isDirectory)
  }

  public init(root: URL) {
    self.root = root
  }

  public var name: String { root.lastPathComponent }
  public var recipe: URL { root.appending(path: "recipe.yaml") }
  public var losses: URL { root.appending(path: "losses.csv") }
  public var measures: URL { root.appending(path: "measures.csv") }
  public var validation: URL { root.appending(path: "validation.csv") }
  public var log: URL { root.appending(path: "log.txt") }
  public var status: URL { root.appending(path: "run.json") }
  public var page: URL { root.appending(path: "index.html") }
  public var samples: URL { root.appending(path: "samples", directoryHint: .isDirectory) }
  public var checkpoints: URL { root.appending(path: "checkpoints", directoryHint: .isDirectory) }

  public func sampleGrid(step: Int) -> URL { samples.appending(path: "step-\(Self.digits(step)).png") }
  public func checkpoint(step: Int) -> URL { checkpoints.appending(path: "step-\(Self.digits(step)).safetensors") }

  /// A finished model, such as `AtoB`.
  public func model(_ name: String) -> URL { root.appending(path: "\(name).safetensors") }

  /// The model that measured best so far.
  public func best(_ name: String) -> URL { model("\(name)-best") }

  /// The steps of the checkpoints, in order. A checkpoint under its final name is complete.
  public var checkpointSteps: [Int] {
    Self.steps(in: checkpoints, fileExtension: "safetensors")
  }

  public var sampleSteps: [Int] {
    Self.steps(in: samples, fileExtension: "png")
  }

  /// Creates the folder, removes a killed run's temporary files, and writes the recipe.
  ///
  /// - Parameter resume: whether to continue from the newest checkpoint, if there is one; otherwise a folder that holds
  ///   a checkpoint is refused. To resume, the recipe must have the run's task, networks and phases. What else differs
  ///   applies from here on, and is kept in `recipes`.
  /// - Returns: a lock that keeps other processes from training into the folder for as long as it lives.
  public func prepare(for recipe: Recipe, resume: Bool) throws -> FolderLock {
    try check(recipe, resume: resume)
    for folder in [samples, checkpoints] { try Folder.make(folder) }
    let lock = try FolderLock(root)
    for folder in [root, samples, checkpoints] { AtomicFile.removeLeftovers(in: folder) }
    try keep(recipe)
    return lock
  }

  /// Whether `prepare` would refuse the recipe, before its images are read, which may take minutes.
  package func check(_ recipe: Recipe, resume: Bool) throws {
    guard let newest = checkpointSteps.last else { return }
    guard resume else { throw RunFolderError.alreadyBegun(path: root.relativePath, step: newest) }
    guard FileManager.default.fileExists(atPath: self.recipe.path) else { return }
    let obstacles = try Recipe(contentsOf: self.recipe).obstacles(toResumingWith: recipe, fromStep: newest)
    guard obstacles.isEmpty else {
      throw RunFolderError.differentRecipe(path: self.recipe.relativePath, keys: obstacles)
    }
  }

  /// Zero-padded to six digits, so that names sort by step.
  static func digits(_ step: Int) -> String {
    let digits = String(step)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  static func steps(in folder: URL, fileExtension: String) -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let steps = names.compactMap { name -> Int? in
      guard name.hasPrefix("step-"), name.hasSuffix(".\(fileExtension)") else { return nil }
      return Int(name.dropFirst(5).dropLast(fileExtension.count + 1))
    }
    return steps.sorted()
  }
}
