import Foundation

extension Image {
  /// Reads a JPEG or PNG file, told apart by content, and turns it upright as its EXIF orientation asks.
  ///
  /// Gray stays gray and alpha stays; palettes and CMYK become RGB. Colours become sRGB: through the file's ICC
  /// profile, or as a PNG file's gamma says. Of an animation the first frame is read. `metadata.notices` tells what is
  /// worth knowing.
  ///
  /// Throws `ImageError`; a file that ends early is damaged.
  public init(contentsOf url: URL, options: ImageReadingOptions = ImageReadingOptions()) throws {
    self = try ImageFileReader(contentsOf: url, options: options).read()
  }

  /// Reads a part of a file: the same pixels as in the whole image turned upright. The file is decoded only as far down
  /// as needed, and memory is taken for the part alone, besides all coefficients of a progressive JPEG file, or the
  /// part's rows of an interlaced PNG file.
  ///
  /// Throws `ImageError`, also where the part reaches outside the image. Damage below the part goes unnoticed.
  public init(contentsOf url: URL, region: ImageRegion, options: ImageReadingOptions = ImageReadingOptions()) throws {
    self = try ImageFileReader(contentsOf: url, options: options).read(region)
  }

  /// Decodes a JPEG or PNG file's bytes; errors call it `path`.
  public init(encoded data: Data, path: String, options: ImageReadingOptions = ImageReadingOptions()) throws {
    self = try data.withUnsafeBytes { bytes in
      // It is only read from. There are no streams of no bytes.
      let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
      guard let file = fmemopen(start, bytes.count, "rb") else {
        throw ImageError.notAnImage(path: path, beginning: "")
      }
      return try ImageFileReader(file, path: path, options: options).read()
    }
  }
}

extension ImageHeader {
  /// Reads a JPEG or PNG file's header, without its pixels. The size is that of the upright image.
  ///
  /// Throws `ImageError`.
  public init(contentsOf url: URL) throws {
    self = try ImageFileReader(contentsOf: url, options: ImageReadingOptions()).header
  }
}
