extension ColorizationDataset {
  /// The images that are not used.
  public struct LeftOut: Sendable, Equatable {
    /// The number of images without colours of their own: gray ones, and prints toned in a single colour.
    public var gray = 0
    /// The number of images whose shorter side is below 64 pixels.
    public var tooSmall = 0
    /// The paths of files that cannot be decoded.
    public var damaged: [String] = []
    /// What folders hold besides images that are read, in words.
    public var others: [String] = []

    public init() {}

    /// A line for each kind of images that were left out.
    package var notices: [String] {
      var notices = others
      if gray > 0 { notices.append("\(Self.images(gray, "is", "are")) gray or toned, and left out") }
      if tooSmall > 0 {
        notices.append(
          "\(Self.images(tooSmall, "has", "have")) a shorter side below \(ColorPhotos.leastSide) pixels, and "
            + (tooSmall == 1 ? "is left out" : "are left out"))
      }
      if let first = damaged.first {
        notices.append(
          "\(Self.images(damaged.count, "is", "are")) damaged, and left out"
            + (damaged.count == 1 ? ": \(first)" : ", such as \(first)"))
      }
      return notices
    }

    private static func images(_ count: Int, _ singular: String, _ plural: String) -> String {
      count == 1 ? "1 image \(singular)" : "\(count) images \(plural)"
    }
  }
}
