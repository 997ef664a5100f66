import Foundation

extension ImageFileKind {
  /// Whether such files are looked for even under the extensions of kinds that are not read. Camera RAW, for one, begins
  /// like TIFF, so that not all kinds can be.
  package var isKnownUnderAnyName: Bool { self == .jpeg || self == .png }

  /// The kinds that are read, as in "JPEG or PNG".
  package static var readNames: String { list(all.filter(\.isRead)) }

  /// The kinds that are written.
  package static var writtenNames: String {
    list(all.filter { $0.extensions.contains { ImageFileFormat(pathExtension: $0) != nil } })
  }

  private static func list(_ kinds: [ImageFileKind]) -> String {
    let names = kinds.map(\.name)
    return names.dropLast().joined(separator: ", ") + " or \(names.last ?? "")"
  }

  /// The kind that a file's first bytes show; nil if none is known, or if they cannot be read.
  ///
  /// - Parameter path: its bytes, which need not be UTF-8, with a terminating zero.
  package init?(contentsOf path: [CChar]) {
    guard let file = fopen(path, "rbe") else { return nil }
    defer { fclose(file) }
    var beginning = [UInt8](repeating: 0, count: Self.beginningSize)
    let count = fread(&beginning, 1, beginning.count, file)
    self.init(beginning: Array(beginning.prefix(count)))
  }
}
