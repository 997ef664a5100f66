import Foundation

/// A file or folder that the system would not let us write.
public enum FileError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case cannotWrite(path: String, reason: String)
  /// Another process works in the folder.
  case inUse(path: String)

  public var description: String {
    switch self {
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    case .inUse(let path): "\(path) is in use by another process: wait for its end, or choose another folder"
    }
  }

  public var errorDescription: String? { description }
}
