import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore

extension Answer {
  /// Files as one zip archive, read as it is sent.
  static func zip(_ entries: [ZipWriter.Entry], name: String) -> Response {
    Response(
      status: .ok,
      headers: [
        .contentType: "application/zip", .cacheControl: caching(false), .contentDisposition: disposition(name),
      ],
      body: ResponseBody(contentLength: ZipWriter.size(of: entries)) { writer in
        var zip = ZipWriter()
        for entry in entries {
          let header = zip.header(of: entry, checksum: try ZipWriter.checksum(of: entry))
          try await writer.write(ByteBuffer(bytes: header))
          let handle = try FileHandle(forReadingFrom: entry.file)
          defer { try? handle.close() }
          var left = entry.size
          while left > 0 {
            guard let piece = try handle.read(upToCount: min(left, pieceSize)), !piece.isEmpty else { throw CutShort() }
            left -= piece.count
            try await writer.write(ByteBuffer(bytes: piece))
          }
        }
        try await writer.write(ByteBuffer(bytes: zip.directory()))
        try await writer.finish(nil)
      })
  }
}
