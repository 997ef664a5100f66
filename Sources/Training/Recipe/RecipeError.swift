import Foundation

/// A recipe that cannot be used: says where, what was found there, and what was expected.
public struct RecipeError: Error, Equatable, CustomStringConvertible, LocalizedError {
  /// "recipe.yaml, line 4", "recipe.yaml" or "--set batch=0".
  public let origin: String
  public let problem: String

  public var description: String { "\(origin): \(problem)" }
  public var errorDescription: String? { description }
}
