import Foundation

/// A name in a folder as the file system has it: bytes, which need not be UTF-8.
public struct FolderEntry: Sendable {
  public let bytes: [UInt8]
  /// Whether the folder itself says that this is a folder; some file systems leave that to a closer look.
  public let isFolder: Bool

  /// Why a folder cannot be listed.
  public struct Failure: Error, Sendable {
    public let reason: String
  }

  /// The name; nil if it is not UTF-8.
  public var name: String? { String(validating: bytes, as: UTF8.self) }

  /// The name with the bytes that are not UTF-8 as in a C string, such as `caf\xe9.png`: no two look alike.
  public var shown: String {
    name
      ?? bytes.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "\\x" + String($0, radix: 16) }.joined()
  }

  /// The names in a folder, without "." and "..", sorted by their bytes.
  public static func list(_ folder: String) throws(Failure) -> [FolderEntry] {
    guard let stream = opendir(folder) else { throw Failure(reason: FileError.reason(errno)) }
    defer { closedir(stream) }
    var entries: [FolderEntry] = []
    while true {
      errno = 0
      guard let next = readdir(stream) else { break }
      let bytes = withUnsafeBytes(of: next.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard bytes != [0x2e] && bytes != [0x2e, 0x2e] else { continue }
      entries.append(FolderEntry(bytes: bytes, isFolder: next.pointee.d_type == UInt8(DT_DIR)))
    }
    guard errno == 0 else { throw Failure(reason: FileError.reason(errno)) }
    return entries.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }
}
