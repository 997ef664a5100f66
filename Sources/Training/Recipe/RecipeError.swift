import Foundation

/// Why a recipe cannot be used: where, what was found, and what was expected.
public struct RecipeError: Error, Equatable, CustomStringConvertible, LocalizedError {
  public enum Origin: Sendable, Equatable {
    /// A location in words: "recipe.yaml, line 4".
    case text(String)
    /// A setting that replaces the file's value, as it was given: `batch=0`.
    case setting(String)
  }

  public let origin: Origin
  public let problem: String

  public init(_ origin: Origin, _ problem: String) {
    self.origin = origin
    self.problem = problem
  }

  public var description: String {
    switch origin {
    case .text(let text): "\(text): \(problem)"
    case .setting(let setting): "setting \(setting): \(problem)"
    }
  }

  public var errorDescription: String? { description }
}

/// A task's objection to the combination of a recipe's values.
public struct RecipeProblem: Error, Equatable, CustomStringConvertible, LocalizedError {
  /// The path of the offending key, such as `data.cropSize`: the error points at its line in the recipe.
  public let key: String
  /// "data.cropSize is 130, expected a multiple of 4".
  public let problem: String

  public init(_ key: String, _ problem: String) {
    self.key = key
    self.problem = problem
  }

  public var description: String { problem }
  public var errorDescription: String? { description }
}
