extension ImageFileKind {
  static let cameraRAW = ImageFileKind(
    unread: "camera RAW",
    [
      "3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff", "iiq", "kdc", "mef", "mos", "mrw", "nef", "nrw",
      "orf", "pef", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw", "x3f",
    ], remedy: "develop it to TIFF or JPEG"
  ) {
    ($0.has("II*\0") && $0.has("CR\u{2}\0", at: 8)) || $0.has("ftypcrx ", at: 4) || $0.has("FUJIFILMCCD-RAW")
      || $0.has("IIU\0") || $0.has("IIRO") || $0.has("IIRS") || $0.has("MMOR") || $0.has("FOVb") || $0.has("\0MRM")
  }

  /// Kinds of files that are not read, known so that they can be named.
  static let unread: [ImageFileKind] = [
    ImageFileKind(unread: "GIF", ["gif"]) { $0.has("GIF87a") || $0.has("GIF89a") },
    ImageFileKind(unread: "JPEG XL", ["jxl"]) { $0.starts(with: [0xff, 0x0a]) || $0.has("\0\0\0\u{c}JXL ") },
    ImageFileKind(unread: "JPEG 2000", ["jp2", "j2k", "j2c", "jpc", "jpf", "jpx", "jpm"]) {
      $0.has("\0\0\0\u{c}jP  ") || $0.starts(with: [0xff, 0x4f, 0xff, 0x51])
    },
    ImageFileKind(unread: "Photoshop (PSD)", ["psd", "psb"]) { $0.has("8BPS") },
    ImageFileKind(unread: "GIMP (XCF)", ["xcf"]) { $0.has("gimp xcf") },
    ImageFileKind(unread: "SVG", ["svg", "svgz"], remedy: "draw it as PNG in the size that you need") {
      let text = String(decoding: $0, as: UTF8.self)
      return text.drop { $0.isWhitespace || $0 == "\u{feff}" }.first == "<" && text.contains("<svg")
    },
    ImageFileKind(unread: "PDF", ["pdf"], remedy: "make a PNG or TIFF of each page") { $0.has("%PDF-") },
    ImageFileKind(unread: "PostScript", ["eps", "ps", "ai"], remedy: "make a PNG or TIFF of each page") {
      $0.has("%!PS") || $0.starts(with: [0xc5, 0xd0, 0xd3, 0xc6])
    },
    ImageFileKind(unread: "icon (ICO)", ["ico", "cur"]) {
      $0.count >= 22 && ($0.has("\0\0\u{1}\0") || $0.has("\0\0\u{2}\0")) && $0[4] > 0 && $0[5] == 0
    },
    ImageFileKind(unread: "OpenEXR", ["exr"]) { $0.starts(with: [0x76, 0x2f, 0x31, 0x01]) },
    ImageFileKind(unread: "Radiance HDR", ["hdr"]) { $0.has("#?RADIANCE") || $0.has("#?RGBE") },
    ImageFileKind(unread: "PNM", ["ppm", "pgm", "pbm", "pnm", "pam"]) {
      $0.count >= 3 && $0.has("P") && (0x31...0x37).contains($0[1]) && [0x20, 0x09, 0x0a, 0x0d].contains($0[2])
    },
    ImageFileKind(unread: "DDS", ["dds"]) { $0.has("DDS ") },
    ImageFileKind(unread: "QOI", ["qoi"]) { $0.has("qoif") },
    ImageFileKind(unread: "Targa", ["tga"]) { _ in false },  // nothing marks its beginning
    ImageFileKind(
      unread: "video", ["mp4", "mov", "m4v", "avi", "mkv", "webm", "3gp", "wmv", "flv", "mpg", "mpeg", "mts", "m2ts"],
      remedy: "extract its frames to a folder as PNG or JPEG"
    ) {
      $0.has("ftyp", at: 4) || $0.has("moov", at: 4) || $0.has("mdat", at: 4) || $0.has("wide", at: 4)
        || ($0.has("RIFF") && $0.has("AVI ", at: 8)) || $0.has("FLV\u{1}")
        || $0.starts(with: [0x1a, 0x45, 0xdf, 0xa3]) || $0.starts(with: [0x00, 0x00, 0x01, 0xba])
        || $0.starts(with: [0x30, 0x26, 0xb2, 0x75])
    },
  ]
}
