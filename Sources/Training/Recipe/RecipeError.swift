import Foundation

/// A recipe that cannot be used: says where, what was found there, and what was expected.
public struct RecipeError: Error, Equatable, CustomStringConvertible, LocalizedError {
  public enum Origin: Sendable, Equatable {
    /// "recipe.yaml, line 4", "recipe.yaml", or what a program that makes recipes calls its own.
    case text(String)
    /// One that replaces what a recipe's file says, as it was given: `batch=0`.
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

/// What cannot be checked of one key alone, as a task finds it.
public struct RecipeProblem: Error, Equatable {
  /// The path of the key at fault, whose line in the recipe is pointed at: `data.cropSize`.
  public let key: String
  /// "data.cropSize is 130, expected a multiple of 4".
  public let problem: String

  public init(_ key: String, _ problem: String) {
    self.key = key
    self.problem = problem
  }
}
