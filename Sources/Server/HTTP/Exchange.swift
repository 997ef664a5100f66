import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore

/// A request on its way to a handler: who sent it, and what its address says.
struct Exchange: Sendable {
  let request: Request
  let client: Client
  /// The parts of the path that a route leaves open, by name.
  let parameters: [String: String]
  let query: [String: String]

  /// A part of the path that the route names.
  func parameter(_ name: String) -> String { parameters[name] ?? "" }

  /// Throws `Refusal` for what is no number, or not in the range.
  func number(_ name: String, _ range: ClosedRange<Int>, default usual: Int? = nil) throws(Refusal) -> Int? {
    guard let text = query[name] else { return usual }
    guard let number = Int(text), range.contains(number) else {
      throw .invalid("\(name) is '\(text)', expected a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The body of a request that is no file.
  func json<Value: Decodable>(_ type: Value.Type) async throws -> Value {
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: Self.largestJSON)
    } catch is NIOTooManyBytesError {
      throw Refusal.tooLarge("the request's JSON has more than \(Self.largestJSON) bytes")
    }
    do {
      return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
    } catch {
      throw Refusal.invalid("the request's body is not the JSON that this address takes: \(Self.text(error))")
    }
  }

  private static let largestJSON = 1 << 20

  private static func text(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "\(key.stringValue) is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")) is of another type"
    default: "it cannot be parsed"
    }
  }
}

/// Whoever sends a request, told by the token.
struct Client: Sendable, Hashable {
  /// Under what the client's jobs are kept; empty for the host.
  let owner: String
  /// Whether runs, recipes and training are the client's.
  var isHost: Bool { owner.isEmpty }

  static let host = Client(owner: "")
}
