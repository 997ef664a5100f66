import Foundation
import HTTPTypes
import HummingbirdCore

/// Finds the handler of a method and a path.
struct Router: Sendable {
  typealias Handler = @Sendable (Exchange) async throws -> Response

  private struct Route: Sendable {
    let method: HTTPRequest.Method
    let pattern: [String]
    let handler: Handler
  }

  private var routes: [Route] = []

  /// - Parameter path: such as `/v1/jobs/{job}/cancel`.
  mutating func on(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
    routes.append(Route(method: method, pattern: Self.parts(path), handler: handler))
  }

  private static func parts(_ path: some StringProtocol) -> [String] {
    path.split(separator: "/" as Character).map { String($0) }
  }

  /// Throws `Refusal` for an address that is none, or that the method is not for.
  func answer(_ request: Request, from client: Client) async throws -> Response {
    let address = request.head.path ?? "/"
    let path = address.prefix { $0 != "?" }
    var parts: [String] = []
    for part in Self.parts(path) {
      guard let text = part.removingPercentEncoding, !text.unicodeScalars.contains("\0") else {
        throw Refusal.invalid("the address is not encoded as addresses are")
      }
      parts.append(text)
    }
    let query = try Self.query(address.dropFirst(path.count + 1))
    let matching = routes.compactMap { route in Self.match(route.pattern, parts).map { (route, $0) } }
    let method: HTTPRequest.Method = request.method == .head ? .get : request.method
    guard let (route, parameters) = matching.first(where: { $0.0.method == method }) else {
      guard matching.isEmpty else {
        let methods = matching.map { $0.0.method.rawValue }.joined(separator: ", ")
        throw Refusal(.methodNotAllowed, "\(request.method.rawValue) is not for this address, expected \(methods)")
      }
      throw Refusal.missing("there is nothing at \(path): /v1/openapi.yaml lists what there is")
    }
    let response = try await route.handler(
      Exchange(request: request, client: client, parameters: parameters, query: query))
    return request.method == .head ? response.createHeadResponse() : response
  }

  private static func match(_ pattern: [String], _ parts: [String]) -> [String: String]? {
    guard pattern.count == parts.count else { return nil }
    var parameters: [String: String] = [:]
    for (expected, part) in zip(pattern, parts) {
      if expected.hasPrefix("{") {
        parameters[String(expected.dropFirst().dropLast())] = part
      } else if expected != part {
        return nil
      }
    }
    return parameters
  }

  private static func query(_ text: Substring) throws(Refusal) -> [String: String] {
    var query: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let decoded = halves.map { $0.replacing("+", with: " ").removingPercentEncoding }
      guard let name = decoded[0], let value = decoded.count == 2 ? decoded[1] : "" else {
        throw .invalid("the address is not encoded as addresses are: '\(pair)'")
      }
      query[name] = value
    }
    return query
  }
}
