import Files
import Foundation
import Images

/// An error in computing the result of an image file.
public struct ComputationError: Error, CustomStringConvertible, LocalizedError {
  /// The input's path.
  public let path: String
  public let cause: any Error

  public init(path: String, cause: any Error) {
    self.path = path
    self.cause = cause
  }

  public var description: String { "\(path): \(cause)" }
  public var errorDescription: String? { description }

  /// Adds the path to an error, unless the error already names the file that it is about.
  static func naming(_ path: String, _ error: any Error) -> any Error {
    error is ImageError || error is FileError ? error : ComputationError(path: path, cause: error)
  }
}
