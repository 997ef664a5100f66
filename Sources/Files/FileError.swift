import Foundation

/// A file or folder that cannot be written to.
public enum FileError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case cannotWrite(path: String, reason: String)
  case diskFull(path: String)
  /// Another process is using the folder.
  case inUse(path: String)

  public var description: String {
    switch self {
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    case .diskFull(let path): "cannot write \(path): the disk, or the share of it that is allowed, is full"
    case .inUse(let path): "\(path) is in use by another process: wait for its end, or choose another folder"
    }
  }

  /// The error of a system call that failed with `code`.
  package static func writing(_ path: String, _ code: Int32) -> FileError {
    code == ENOSPC || code == EDQUOT
      ? .diskFull(path: path) : .cannotWrite(path: path, reason: String(cString: strerror(code)))
  }

  public var errorDescription: String? { description }
}
