import Foundation

extension Image {
  /// Reads a JPEG or PNG file, told apart by content, and turns it upright as its EXIF orientation asks.
  ///
  /// Gray stays gray and alpha stays; palettes and CMYK become RGB. Colours become sRGB: through the file's ICC profile, or
  /// as a PNG file's gamma says. Of an animation the first frame is read. `metadata.notices` tells what was noticed.
  ///
  /// Throws `ImageError`; a file that ends early is damaged.
  public init(contentsOf url: URL, options: ImageReadingOptions = ImageReadingOptions()) throws {
    self = try ImageFileReader(contentsOf: url, options: options).read()
  }

  /// Reads a part of a file: the same pixels as those of the whole image, upright, but only as far down as they are needed,
  /// in memory for the part alone. All coefficients of progressive JPEG files are in memory besides, and the part's rows of
  /// interlaced PNG files.
  ///
  /// Throws `ImageError`, also where the part reaches outside the image. Damage below the part is not seen.
  public init(contentsOf url: URL, region: ImageRegion, options: ImageReadingOptions = ImageReadingOptions()) throws {
    self = try ImageFileReader(contentsOf: url, options: options).read(region)
  }

  /// Decodes a JPEG or PNG file's bytes; `path` is what errors call it.
  public init(encoded data: Data, path: String, options: ImageReadingOptions = ImageReadingOptions()) throws {
    self = try data.withUnsafeBytes { bytes in
      // Read only, whatever the type says; no stream is made of no bytes.
      let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
      guard let file = fmemopen(start, bytes.count, "rb") else {
        throw ImageError.notAnImage(path: path, beginning: "")
      }
      return try ImageFileReader(file, path: path, options: options).read()
    }
  }
}

extension ImageHeader {
  /// Reads what a JPEG or PNG file says of its picture, and not the pixels. Sides are those of the upright image.
  ///
  /// Throws `ImageError`.
  public init(contentsOf url: URL) throws {
    self = try ImageFileReader(contentsOf: url, options: ImageReadingOptions()).header
  }
}
