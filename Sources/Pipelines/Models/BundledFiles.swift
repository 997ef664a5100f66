import Foundation

/// Finds the files that come with the program by their names alone: models, and the recipes that trained them.
///
/// They are looked for in the folder that an environment variable names. If it is unset, they are looked for beside the
/// program, in `../share/guise` relative to it, in the project's folder if the program lies somewhere below that, and in
/// the working directory.
public struct BundledFiles: Sendable {
  public static let models = BundledFiles(
    noun: "model", pathExtension: "safetensors", variable: "GUISE_MODELS", installed: "models",
    inProject: "data/models",
    includesFolders: true)
  public static let recipes = BundledFiles(
    noun: "recipe", pathExtension: "yaml", variable: "GUISE_RECIPES", installed: "recipes", inProject: "recipes",
    includesFolders: false)

  /// What they are, in the singular.
  public let noun: String
  private let pathExtension: String
  /// The environment variable that names their folder.
  public let variable: String
  /// The folder's path below `share/guise`, and below the program's own folder.
  private let installed: String
  /// The folder's path below the project's.
  private let inProject: String
  /// Whether a folder may be given in place of a file, as a run's may for its model.
  private let includesFolders: Bool

  /// The file that an argument stands for: an existing file or folder of that path, otherwise the bundled file of that
  /// name, with or without its extension. What cannot be a bundled file's name is taken for a path, whether there is
  /// such a file or not.
  ///
  /// Throws `BundledFileError`.
  public func url(of argument: String) throws(BundledFileError) -> URL {
    let path = URL(filePath: argument)
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder)
    guard !(exists && (includesFolders || !isFolder.boolValue)), isName(argument) else { return path }
    return try url(named: argument)
  }

  /// The bundled file of a name, with or without its extension. Throws `BundledFileError`.
  public func url(named name: String) throws(BundledFileError) -> URL {
    let all = all
    let stem = name.hasSuffix(".\(pathExtension)") ? String(name.dropLast(pathExtension.count + 1)) : name
    guard let file = all.first(where: { Self.name(of: $0) == stem }) else {
      throw BundledFileError(name: name, noun: noun, known: all.map(Self.name), variable: variable)
    }
    return file
  }

  /// All of them, by name. Of several with one name, the one that is looked for first.
  public var all: [URL] {
    var files: [String: URL] = [:]
    for folder in folders {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      for name in names where name.hasSuffix(".\(pathExtension)") && !name.hasPrefix(".") && files[name] == nil {
        files[name] = folder.appending(path: name)
      }
    }
    return files.values.sorted { Self.name(of: $0) < Self.name(of: $1) }
  }

  /// A file's name without its extension.
  public static func name(of file: URL) -> String { file.deletingPathExtension().lastPathComponent }

  private func isName(_ argument: String) -> Bool {
    !argument.isEmpty && !argument.contains("/") && ["", pathExtension].contains((argument as NSString).pathExtension)
  }

  /// Where to look, in this order.
  private var folders: [URL] {
    if let path = ProcessInfo.processInfo.environment[variable] { return [URL(filePath: path)] }
    var folders: [URL] = []
    if let program = Bundle.main.executableURL?.resolvingSymlinksInPath() {
      var folder = program.deletingLastPathComponent()
      folders = [
        folder, folder.appending(path: installed),
        folder.deletingLastPathComponent().appending(path: "share/guise/\(installed)"),
      ]
      while folder.path != "/" {
        folders.append(folder.appending(path: inProject))
        folder.deleteLastPathComponent()
      }
    }
    return folders + [URL(filePath: inProject)]
  }
}

/// A name that no bundled file has.
public struct BundledFileError: Error, Equatable, CustomStringConvertible, LocalizedError {
  public let name: String
  /// What was looked for: `model` or `recipe`.
  public let noun: String
  /// The names of those that were found.
  public let known: [String]
  /// The environment variable that names their folder.
  public let variable: String

  public var description: String {
    let found = known.isEmpty ? "none were found" : "expected a path, or one of \(known.joined(separator: ", "))"
    return "there is no file \(name) and no bundled \(noun) of that name: \(found)"
  }

  public var errorDescription: String? { description }
}
