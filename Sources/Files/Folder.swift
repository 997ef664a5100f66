import Foundation

public enum Folder {
  /// Makes a folder, and those above it, unless it is there. Throws `FileError`.
  public static func make(_ url: URL) throws(FileError) {
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      // A file may be in the way, of which Foundation does not tell by a code of the system.
      let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? POSIXError)?.code.rawValue
      throw FileError.writing(url.relativePath, code ?? EEXIST)
    }
  }
}
