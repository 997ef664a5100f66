import CImageCodecs
import Foundation

extension Image {
  /// Larger images are refused: 16384 x 16384, three gigabytes of RGB pixels.
  public static let largestPixelCount = 1 << 28

  /// Reads a JPEG or PNG file, told apart by content, and turns it upright as its EXIF orientation asks.
  ///
  /// Gray stays gray and alpha stays; palettes and CMYK become RGB. Throws `ImageError`; a file that ends early is damaged.
  public init(contentsOf url: URL) throws {
    self = try ImageFileReader(contentsOf: url).read()
  }

  /// Reads a part of a file: the same pixels as those of the whole image, upright, but only as far down as they are needed,
  /// in memory for the part alone. All coefficients of progressive JPEG files are in memory besides.
  ///
  /// Throws `ImageError`, also where the part reaches outside the image. Damage below the part is not seen.
  public init(contentsOf url: URL, region: ImageRegion) throws {
    self = try ImageFileReader(contentsOf: url).read(region)
  }

  /// Decodes a JPEG or PNG file's bytes; `path` is what errors call it.
  public init(encoded data: Data, path: String) throws {
    self = try data.withUnsafeBytes { bytes in
      // Read only, whatever the type says; no stream is made of no bytes.
      let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
      guard let file = fmemopen(start, bytes.count, "rb") else {
        throw ImageError.notAnImage(path: path, beginning: "")
      }
      return try ImageFileReader(file, path: path).read()
    }
  }
}

extension ImageHeader {
  /// Reads what a JPEG or PNG file says of its picture, and not the pixels. Sides are those of the upright image.
  ///
  /// Throws `ImageError`.
  public init(contentsOf url: URL) throws {
    self = try ImageFileReader(contentsOf: url).header
  }
}

/// The text in a C struct's array of characters.
func text<Characters>(of characters: inout Characters) -> String {
  withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
