import Files
import Foundation
import HTTPTypes
import HummingbirdCore

/// Decides whether a request may be answered at all: by the name under which the server was asked for, against pages that make
/// their own name lead here; by the page that a browser sends it for; and by the token.
struct AccessCheck: Sendable {
  let host: String
  let tokens: [String]
  /// The cookie's name. Browsers keep cookies by host, whatever the port.
  let cookie: String

  private static let loopbackNames: Set = ["localhost", "127.0.0.1", "::1"]

  init(host: String, port: Int, tokens: [String]) {
    self.host = host
    self.tokens = tokens
    cookie = "guise-\(port)"
  }

  /// Whether only programs on this machine reach an address.
  static func isLoopback(_ host: String) -> Bool { loopbackNames.contains(host) || host.hasPrefix("127.") }

  /// Throws `Refusal`.
  func client(of request: Request) throws(Refusal) -> Client {
    try checkHost(request)
    try checkPage(request)
    guard !tokens.isEmpty else { return .host }
    guard let given = Self.bearer(request) ?? Self.cookie(cookie, of: request) else {
      throw Refusal(
        .unauthorized, "a token is needed: send the header Authorization: Bearer TOKEN, or open /login?token=TOKEN")
    }
    guard let client = client(token: given) else { throw Refusal(.unauthorized, "the token is none of the server's") }
    return client
  }

  /// The client of a token; nil if it is none of the server's.
  func client(token: String) -> Client? {
    // All are compared, each in full, so that the time tells nothing.
    var found: Client?
    for (index, own) in tokens.enumerated() where Self.areEqual(own, token) {
      found = index == 0 ? .host : Client(owner: Fingerprint(of: own).text)
    }
    return found
  }

  /// Pages elsewhere must not make a browser reach this server under their own name.
  func checkHost(_ request: Request) throws(Refusal) {
    guard let authority = request.head.authority, let name = Self.name(of: authority) else {
      throw .invalid("the request does not say for which host it is")
    }
    if Self.loopbackNames.contains(name) || name == host.lowercased() { return }
    if !Self.isLoopback(host) {
      // An address, unlike a name, leads nowhere else; and this machine's own name is no one else's.
      if Self.isAddress(name) { return }
      let own = ProcessInfo.processInfo.hostName.lowercased()
      if [own, "\(own).local"].contains(name) { return }
    }
    throw Refusal(
      .misdirectedRequest,
      "this server is not \(name): ask for it by the address that it was given, \(host), or localhost")
  }

  /// What another site's page makes a browser send is refused.
  func checkPage(_ request: Request) throws(Refusal) {
    let refusal = Refusal.forbidden("requests that pages of other sites send are refused")
    if let site = request.headers[.fetchSite], !["same-origin", "none"].contains(site) {
      // Whoever follows a link comes to the page itself.
      guard request.method == .get, request.headers[.fetchMode] == "navigate", !isInterface(request) else {
        throw refusal
      }
    }
    guard request.method != .get, request.method != .head, let origin = request.headers[.origin] else { return }
    guard let slashes = origin.range(of: "://"),
      request.head.authority?.lowercased() == origin[slashes.upperBound...].lowercased()
    else { throw refusal }
  }

  private func isInterface(_ request: Request) -> Bool { request.head.path?.hasPrefix("/v1/") ?? false }

  private static func name(of authority: String) -> String? {
    let text = authority.lowercased()
    if text.hasPrefix("[") {
      return text.firstIndex(of: "]").map { String(text[text.index(after: text.startIndex)..<$0]) }
    }
    let name = text.prefix { $0 != ":" }
    return name.isEmpty ? nil : String(name)
  }

  private static func isAddress(_ name: String) -> Bool {
    name.contains(":") || name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { UInt8($0) != nil }
  }

  private static func bearer(_ request: Request) -> String? {
    guard let header = request.headers[.authorization], header.lowercased().hasPrefix("bearer ") else { return nil }
    return String(header.dropFirst("bearer ".count))
  }

  private static func cookie(_ name: String, of request: Request) -> String? {
    for field in request.headers[values: .cookie] {
      for pair in field.split(separator: ";") {
        let text = pair.trimmingCharacters(in: .whitespaces)
        if text.hasPrefix("\(name)=") { return String(text.dropFirst(name.count + 1)).removingPercentEncoding }
      }
    }
    return nil
  }

  private static func areEqual(_ first: String, _ second: String) -> Bool {
    let (first, second) = (Array(first.utf8), Array(second.utf8))
    guard first.count == second.count else { return false }
    return zip(first, second).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
