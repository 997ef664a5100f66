import Foundation

/// A file that the system would not let us write.
public enum FileError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case cannotWrite(path: String, reason: String)

  public var description: String {
    switch self {
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    }
  }

  public var errorDescription: String? { description }
}
