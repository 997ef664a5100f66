import Foundation

/// Why a file of weights could not be read, written or understood: one line that begins with the file's name.
public struct CheckpointError: Error, Equatable, Sendable {
  public let file: String
  /// What was found, what was expected and, where that helps, what to do.
  public let problem: String
  /// What the file's network can be used for, if it was opened for another use.
  public let use: ModelUse?

  public init(file: String, problem: String, use: ModelUse? = nil) {
    self.file = file
    self.problem = problem
    self.use = use
  }

  package init(_ url: URL, _ problem: String, use: ModelUse? = nil) {
    self.init(file: url.lastPathComponent, problem: problem, use: use)
  }
}

extension CheckpointError: CustomStringConvertible, LocalizedError {
  /// Names from the file may contain anything, so control characters are removed: the message is always one line.
  public var description: String {
    let line = "\(file): \(problem)".unicodeScalars.filter { !CharacterSet.controlCharacters.contains($0) }
    return String(String.UnicodeScalarView(line))
  }

  public var errorDescription: String? { description }
}
