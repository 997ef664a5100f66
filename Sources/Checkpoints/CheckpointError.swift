import Foundation

/// Why a file of weights could not be read, written or understood: one line that begins with the file's name.
public struct CheckpointError: Error, Equatable, Sendable {
  public let file: String
  /// What was found, what was expected, and where that helps what to do.
  public let problem: String

  public init(file: String, problem: String) {
    self.file = file
    self.problem = problem
  }

  package init(_ url: URL, _ problem: String) {
    self.init(file: url.lastPathComponent, problem: problem)
  }
}

extension CheckpointError: CustomStringConvertible, LocalizedError {
  /// Names from the file may hold anything, so control characters are left out: the line stays one line.
  public var description: String {
    let line = "\(file): \(problem)".unicodeScalars.filter { !CharacterSet.controlCharacters.contains($0) }
    return String(String.UnicodeScalarView(line))
  }

  public var errorDescription: String? { description }
}

/// What is wrong inside a file, before it is known which file: `TensorFile` adds the name.
struct MalformedFile: Error {
  let problem: String

  init(_ problem: String) {
    self.problem = problem
  }
}
