import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore

/// Answers of the kinds that handlers give.
enum Answer {
  static func json(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: JSONText.data(value))))
  }

  static func refusal(_ refusal: Refusal) -> Response {
    var response = json(["error": refusal.text], refusal.status)
    if refusal.status == .tooManyRequests { response.headers[.retryAfter] = "1" }
    return response
  }

  static var nothing: Response { Response(status: .noContent) }

  /// - Parameter isLasting: whether the address will always have these bytes.
  static func bytes(_ data: Data, type: String, isLasting: Bool = false) -> Response {
    Response(
      status: .ok, headers: [.contentType: type, .cacheControl: caching(isLasting)],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
  }

  static func caching(_ isLasting: Bool) -> String { isLasting ? "private, max-age=86400, immutable" : "no-store" }

  /// A file, read as it is sent. Throws `Refusal` if it cannot be opened.
  ///
  /// - Parameters:
  ///   - name: the name under which browsers save it; nil if they are to show it.
  static func file(_ url: URL, type: String, name: String? = nil, isLasting: Bool = true) throws(Refusal) -> Response {
    guard let handle = try? FileHandle(forReadingFrom: url), let size = try? handle.seekToEnd() else {
      throw .missing("the file is not there any more")
    }
    try? handle.seek(toOffset: 0)
    var headers: HTTPFields = [.contentType: type, .cacheControl: caching(isLasting)]
    if let name { headers[.contentDisposition] = disposition(name) }
    return Response(
      status: .ok, headers: headers,
      body: ResponseBody(contentLength: Int(size)) { writer in
        defer { try? handle.close() }
        var left = Int(size)
        // A file that was cut short meanwhile ends the connection, so that nobody takes it for whole.
        while left > 0 {
          guard let piece = try handle.read(upToCount: min(left, pieceSize)), !piece.isEmpty else { throw CutShort() }
          left -= piece.count
          try await writer.write(ByteBuffer(bytes: piece))
        }
        try await writer.finish(nil)
      })
  }

  struct CutShort: Error {}

  /// In bytes.
  static let pieceSize = 1 << 18

  /// RFC 6266: the name in UTF-8, and for old programs with what is not ASCII replaced.
  static func disposition(_ name: String) -> String {
    let plain = String(
      name.unicodeScalars.map {
        $0.isASCII && $0.value >= 32 && !"\"\\%/".unicodeScalars.contains($0) ? Character($0) : "_"
      })
    let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
    let coded = name.addingPercentEncoding(withAllowedCharacters: allowed) ?? "file"
    return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(coded)"
  }
}

/// JSON on one line, with its keys in order.
enum JSONText {
  static func data(_ value: some Encodable) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // What is not finite has no JSON.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return (try? encoder.encode(value)) ?? Data("{}".utf8)
  }
}

extension HTTPField.Name {
  static let contentSecurityPolicy = Self("Content-Security-Policy")!
  static let crossOriginResourcePolicy = Self("Cross-Origin-Resource-Policy")!
  static let contentTypeOptions = Self("X-Content-Type-Options")!
  static let referrerPolicy = Self("Referrer-Policy")!
  static let fetchSite = Self("Sec-Fetch-Site")!
  static let fetchMode = Self("Sec-Fetch-Mode")!
  static let lastEventID = Self("Last-Event-ID")!
}
