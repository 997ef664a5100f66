import Foundation

/// What a file system has left.
public enum FreeSpace {
  /// In bytes, for users without privileges, in the file system of a folder; nil if the system does not say.
  public static func bytes(in folder: URL) -> Int? {
    var status = statvfs()
    guard statvfs(folder.path, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }
}
