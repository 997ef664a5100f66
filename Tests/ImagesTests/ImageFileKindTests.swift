import Foundation
import Images
import TestSupport
import Testing

struct ImageFileKindTests {
  @Test func extensionsNameOneKindEach() {
    let all = ImageFileKind.all.flatMap(\.extensions)
    #expect(Set(all).count == all.count)
    for name in ["jpg", "JPEG", "jpe", "jfif", "png", "webp", "tif", "TIFF", "heic", "heif", "avif", "bmp"] {
      #expect(ImageFileKind(pathExtension: name)?.isRead == true, "\(name)")
    }
    for name in ["gif", "cr2", "NEF", "dng", "jxl", "jp2", "psd", "svg", "pdf", "mp4", "mov", "ico", "exr", "hdr"] {
      #expect(ImageFileKind(pathExtension: name)?.isRead == false, "\(name)")
    }
    #expect(ImageFileKind(pathExtension: "txt") == nil && ImageFileKind(pathExtension: "") == nil)
  }

  @Test(arguments: [
    ("GIF89a..", "GIF"), ("II*\0\u{10}\0\0\0CR\u{2}\0", "camera RAW"), ("\0\0\0\u{18}ftypcrx ....", "camera RAW"),
    ("FUJIFILMCCD-RAW ", "camera RAW"), ("\0\0\0\u{c}JXL \r\n", "JPEG XL"), ("\0\0\0\u{c}jP  \r\n", "JPEG 2000"),
    ("8BPS\0\u{1}", "Photoshop (PSD)"), ("<?xml version=\"1.0\"?>\n<svg xmlns=\"\">", "SVG"), ("%PDF-1.7", "PDF"),
    ("\0\0\0\u{18}ftypmp42....", "video"), ("\0\0\0\u{14}ftypqt  ....", "video"), ("RIFF....AVI LIST", "video"),
    ("#?RADIANCE\n", "Radiance HDR"), ("P6\n20 18\n255\n", "PNM"),
    ("\0\0\u{1}\0\u{1}\0\u{10}\u{10}\0\0\u{1}\0 \0....\u{16}\0\0\0", "icon (ICO)"),
  ])
  func whatIsNotReadIsNamed(beginning: String, name: String) throws {
    let error = #expect(throws: ImageError.self) { try Image(encoded: Data(beginning.utf8), path: "x.jpg") }
    #expect(
      error?.description.hasPrefix("x.jpg is \(name), which is not read: ") == true, "\(String(describing: error))")
  }
}
