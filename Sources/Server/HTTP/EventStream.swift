import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore

/// Messages of the hub as server-sent events.
enum EventStream {
  /// - Parameter snapshot: the first message of a client that knows none, or too old ones.
  static func answer(
    _ hub: EventHub, to client: Client, after known: String?, snapshot: @escaping @Sendable () -> Data
  ) -> Response {
    Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        let (missed, number, stream) = hub.listen(client.owner, after: known)
        if let missed {
          for message in missed { try await writer.write(buffer(message, hub)) }
        } else {
          let data = String(decoding: snapshot(), as: UTF8.self)
          try await writer.write(ByteBuffer(string: "id: \(hub.id(number))\nevent: snapshot\ndata: \(data)\n\n"))
        }
        for await message in stream { try await writer.write(buffer(message, hub)) }
        try await writer.finish(nil)
      })
  }

  private static func buffer(_ message: EventHub.Message, _ hub: EventHub) -> ByteBuffer {
    if message.event.isEmpty { return ByteBuffer(string: ": still here\n\n") }
    return ByteBuffer(string: "id: \(hub.id(message.number))\nevent: \(message.event)\ndata: \(message.data)\n\n")
  }
}
