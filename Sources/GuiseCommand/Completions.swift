import ArgumentParser
import Foundation
import Pipelines

extension CompletionKind {
  /// Names of bundled models, and files that may hold one.
  static var model: CompletionKind { bundled(.models, extensions: modelExtensions) }

  /// Files that may hold a model, for commands that have no use for the bundled ones.
  static var modelFile: CompletionKind {
    .custom { _, _, beginning in paths(beginning, extensions: modelExtensions) }
  }

  /// Names of bundled recipes, and files of recipes.
  static var recipe: CompletionKind { bundled(.recipes, extensions: ["yaml", "yml"]) }

  private static let modelExtensions: Set<String> = ["safetensors", "pth", "pt", "onnx", "param"]

  private static func bundled(_ files: BundledFiles, extensions: Set<String>) -> CompletionKind {
    .custom { _, _, beginning in
      let names = files.all.map(BundledFiles.name).filter { $0.hasPrefix(beginning) }
      return names + paths(beginning, extensions: extensions)
    }
  }

  /// Folders, with a slash at their end, and files with certain extensions.
  private static func paths(_ beginning: String, extensions: Set<String>) -> [String] {
    let folder = String(
      beginning[..<(beginning.lastIndex(of: "/").map { beginning.index(after: $0) } ?? beginning.startIndex)])
    let last = beginning.dropFirst(folder.count)
    let manager = FileManager.default
    let names = (try? manager.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    return names.sorted().compactMap { name in
      guard name.hasPrefix(last), !name.hasPrefix(".") || last.hasPrefix(".") else { return nil }
      var isFolder: ObjCBool = false
      guard manager.fileExists(atPath: folder + name, isDirectory: &isFolder) else { return nil }
      if isFolder.boolValue { return "\(folder)\(name)/" }
      return extensions.contains((name as NSString).pathExtension.lowercased()) ? folder + name : nil
    }
  }
}
