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
    case .diskFull(let path): "cannot write \(path): the disk is full, or the quota on it is used up"
    case .inUse(let path): "\(path) is in use by another process: wait until that ends, or choose another folder"
    }
  }

  /// The error of a system call that failed with `code`.
  package static func writing(_ path: String, _ code: Int32) -> FileError {
    code == ENOSPC || code == EDQUOT
      ? .diskFull(path: path) : .cannotWrite(path: path, reason: reason(code))
  }

  /// What a system call's error code says of a path.
  package static func reason(_ code: Int32) -> String {
    code == ENAMETOOLONG
      ? "it is longer than the \(PATH_MAX - 1) bytes that the system allows, or a name in it than \(NAME_MAX): shorten its "
        + "name, or those of folders above it" : String(cString: strerror(code))
  }

  public var errorDescription: String? { description }
}
