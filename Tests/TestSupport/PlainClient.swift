import Foundation

/// A client on plain sockets, so that tests decide about each byte, and about when a connection ends.
public struct PlainClient: Sendable {
  public let port: Int
  public var headers: [String: String]

  public init(port: Int, headers: [String: String] = [:]) { (self.port, self.headers) = (port, headers) }

  public struct Answer: Sendable {
    public var status = 0
    public var headers: [String: String] = [:]
    public var body = Data()

    public var text: String { String(decoding: body, as: UTF8.self) }
    public var json: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
    /// The words of a refusal.
    public var error: String { json["error"] as? String ?? "" }
  }

  public struct Broken: Error {
    public init() {}
  }

  /// Sends a request and reads the answer to its end.
  public func send(
    _ method: String, _ path: String, body: Data? = nil, headers extra: [String: String] = [:]
  ) throws -> Answer {
    let socket = try connect()
    defer { close(socket) }
    write(head(method, path, length: body?.count, extra), to: socket)
    if let body { write(body, to: socket) }
    return try read(from: socket, hasBody: method != "HEAD")
  }

  public func get(_ path: String, headers: [String: String] = [:]) throws -> Answer {
    try send("GET", path, headers: headers)
  }

  public func post(_ path: String, _ object: Any) throws -> Answer {
    try send("POST", path, body: JSONSerialization.data(withJSONObject: object))
  }

  public func upload(_ image: Data, name: String, _ settings: [String: String] = [:]) throws -> Answer {
    let query = settings.map { "&\(Self.coded($0.key))=\(Self.coded($0.value))" }.joined()
    return try send("POST", "/v1/images?name=\(Self.coded(name))\(query)", body: image)
  }

  /// Sends the beginning of an upload, and goes away.
  public func breakOff(_ path: String, after sent: Data, of length: Int) throws {
    let socket = try connect()
    write(head("POST", path, length: length, [:]), to: socket)
    write(sent, to: socket)
    close(socket)
  }

  /// Reads a stream until the text has arrived that `isEnough` waits for.
  public func listen(_ path: String, headers: [String: String] = [:], until isEnough: (String) -> Bool) throws -> String
  {
    let socket = try connect()
    defer { close(socket) }
    write(head("GET", path, length: nil, headers), to: socket)
    var data = Data()
    while !isEnough(String(decoding: data, as: UTF8.self)) {
      guard let piece = try receive(from: socket) else { throw Broken() }
      data += piece
    }
    return String(decoding: data, as: UTF8.self)
  }

  private static let allowed = CharacterSet(
    charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")

  public static func coded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text
  }

  private func head(_ method: String, _ path: String, length: Int?, _ extra: [String: String]) -> Data {
    var fields = ["Host": "127.0.0.1:\(port)", "Connection": "close"].merging(headers) { $1 }.merging(extra) { $1 }
    if let length { fields["Content-Length"] = "\(length)" }
    let lines = ["\(method) \(path) HTTP/1.1"] + fields.filter { !$0.value.isEmpty }.map { "\($0.key): \($0.value)" }
    return Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }

  private func connect() throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let status = withUnsafeBytes(of: &address) { bytes in
      Foundation.connect(
        descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
    guard descriptor >= 0, status == 0 else {
      close(descriptor)
      throw Broken()
    }
    return descriptor
  }

  private func write(_ data: Data, to socket: Int32) {
    data.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = Foundation.send(socket, bytes.baseAddress! + done, bytes.count - done, Int32(MSG_NOSIGNAL))
        // A server that refuses may end the connection before everything is sent.
        guard count > 0 else { return }
        done += count
      }
    }
  }

  private func receive(from socket: Int32) throws -> Data? {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(socket, &bytes, bytes.count, 0)
    guard count >= 0 else { throw Broken() }
    return count == 0 ? nil : Data(bytes[..<count])
  }

  private func read(from socket: Int32, hasBody: Bool) throws -> Answer {
    var data = Data()
    let separator = Data("\r\n\r\n".utf8)
    while data.range(of: separator) == nil {
      guard let piece = try receive(from: socket) else { throw Broken() }
      data += piece
    }
    guard let end = data.range(of: separator) else { throw Broken() }
    let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    var answer = Answer(status: Int(lines[0].split(separator: " ")[1]) ?? 0)
    for line in lines.dropFirst() {
      let halves = line.split(separator: ":", maxSplits: 1)
      answer.headers[halves[0].lowercased()] = halves.count > 1 ? halves[1].trimmingCharacters(in: .whitespaces) : ""
    }
    data.removeSubrange(..<end.upperBound)
    if answer.headers["transfer-encoding"] == "chunked" { throw Broken() }
    let length = hasBody ? Int(answer.headers["content-length"] ?? "0") ?? 0 : 0
    while data.count < length {
      guard let piece = try receive(from: socket) else { throw Broken() }
      data += piece
    }
    answer.body = Data(data)
    return answer
  }
}
