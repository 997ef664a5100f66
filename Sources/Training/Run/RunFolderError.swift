import Foundation

/// Why a run folder cannot be used.
public enum RunFolderError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case unusableName(String)
  case alreadyBegun(path: String, step: Int)
  case differentRecipe(path: String, keys: [String])

  public var description: String {
    switch self {
    case .unusableName(let name):
      "'\(name)' cannot be a run's name: expected a folder's name that does not begin with a point"
    case .alreadyBegun(let path, let step):
      "\(path) holds a run at step \(step)"
    case .differentRecipe(let path, let keys):
      "the run's recipe, \(path), differs in \(keys.joined(separator: ", ")), which a run cannot change on its way"
    }
  }

  public var errorDescription: String? { description }
}
