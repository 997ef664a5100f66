/// A kind of image file that is known, whether it is read or not, and how it is recognised. `all` is the list of kinds.
public struct ImageFileKind: Sendable, Equatable {
  /// As its users call it, such as "WebP" or "camera RAW".
  public let name: String
  /// The extensions of its files, in lower case.
  public let extensions: [String]
  /// Whether images can be read from such files.
  public let isRead: Bool
  /// What to do with such a file if it is not read.
  let remedy: String
  /// Whether a file begins as this kind does; it gets the first `beginningSize` bytes, or all there are.
  private let beginsAs: @Sendable (_ beginning: [UInt8]) -> Bool

  /// A kind that is read.
  init(_ name: String, _ extensions: [String], beginsAs: @escaping @Sendable ([UInt8]) -> Bool) {
    self.init(name, extensions, isRead: true, remedy: "", beginsAs)
  }

  /// A kind that is not read.
  init(
    unread name: String, _ extensions: [String], remedy: String = "convert it to PNG, TIFF or JPEG",
    beginsAs: @escaping @Sendable ([UInt8]) -> Bool
  ) {
    self.init(name, extensions, isRead: false, remedy: remedy, beginsAs)
  }

  private init(
    _ name: String, _ extensions: [String], isRead: Bool, remedy: String,
    _ beginsAs: @escaping @Sendable ([UInt8]) -> Bool
  ) {
    (self.name, self.extensions, self.isRead, self.remedy, self.beginsAs) = (name, extensions, isRead, remedy, beginsAs)
  }

  /// Earlier kinds are recognised first.
  public static let all: [ImageFileKind] = [jpeg, png] + unread

  /// How many bytes of a file it takes to recognise it.
  static let beginningSize = 1024

  /// The kind of a file that is not opened, by its name's extension in upper or lower case; nil if none is known.
  public init?(pathExtension: String) {
    let pathExtension = pathExtension.lowercased()
    guard let kind = Self.all.first(where: { $0.extensions.contains(pathExtension) }) else { return nil }
    self = kind
  }

  /// The kind that a file's first bytes show, whatever its name; nil if none is known.
  init?(beginning: [UInt8]) {
    guard let kind = Self.all.first(where: { $0.beginsAs(beginning) }) else { return nil }
    self = kind
  }

  public static func == (first: ImageFileKind, second: ImageFileKind) -> Bool { first.name == second.name }
}

extension ImageFileKind {
  static let jpeg = ImageFileKind("JPEG", ["jpg", "jpeg", "jpe", "jfif"]) { $0.starts(with: [0xff, 0xd8, 0xff]) }

  static let png = ImageFileKind("PNG", ["png"]) { $0.starts(with: [0x89] + "PNG\r\n\u{1a}\n".utf8) }
}

extension [UInt8] {
  /// Whether these bytes have that text, of characters below 128, at an offset.
  func has(_ text: String, at offset: Int = 0) -> Bool { dropFirst(offset).starts(with: text.utf8) }
}
