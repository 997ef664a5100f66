import Foundation

extension Image {
  /// Reads a file of any kind in `ImageFileKind.all` that is read, recognised by its contents, and turns it upright by
  /// its EXIF orientation.
  ///
  /// Gray and alpha are kept; palettes and CMYK become RGB. Colours are converted to sRGB from the file's ICC profile,
  /// or by what else it states of them. Only the first frame of an animation and the first page of several are read.
  /// `metadata.notices` reports anything unusual.
  ///
  /// Throws `ImageError`; a truncated file counts as damaged.
  public init(contentsOf url: URL, options: ImageReadingOptions = ImageReadingOptions()) throws {
    self = try ImageFileReader(contentsOf: url, options: options).read()
  }

  /// Reads part of a file: the same pixels as in the whole image turned upright. The file is decoded only as far down
  /// as needed, and memory is taken only for the part, plus all coefficients of a progressive JPEG file, the part's full
  /// rows of an interlaced PNG file, a row of a TIFF file's tiles, or all of a WebP, HEIC or AVIF file's samples.
  ///
  /// Throws `ImageError`, also if the part reaches outside the image. Damage below the part goes unnoticed.
  public init(contentsOf url: URL, region: ImageRegion, options: ImageReadingOptions = ImageReadingOptions()) throws {
    self = try ImageFileReader(contentsOf: url, options: options).read(region)
  }

  /// Decodes the bytes of a file; errors call it `path`.
  public init(encoded data: Data, path: String, options: ImageReadingOptions = ImageReadingOptions()) throws {
    self = try data.withUnsafeBytes { bytes in
      // A stream opened with "rb" does not write to the bytes. fmemopen fails if there are none.
      let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
      guard let file = fmemopen(start, bytes.count, "rb") else {
        throw ImageError.notAnImage(path: path, beginning: "")
      }
      return try ImageFileReader(file, path: path, options: options).read()
    }
  }
}

extension ImageHeader {
  /// Reads a file's header, without its pixels. The size is that of the upright image.
  ///
  /// Throws `ImageError`.
  public init(contentsOf url: URL) throws {
    self = try ImageFileReader(contentsOf: url, options: ImageReadingOptions()).header
  }
}
