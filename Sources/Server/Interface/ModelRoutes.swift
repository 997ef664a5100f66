import Foundation
import HTTPTypes
import HummingbirdCore

/// Models: those there are, and those that clients add.
struct ModelRoutes: Sendable {
  let shelf: ModelShelf
  let queue: JobQueue
  let disk: DiskShare
  let counter: UploadCounter
  let limits: ServerLimits
  let offload: Offload
  let events: EventHub

  func add(to router: inout Router) {
    router.on(.get, "/v1/models") { [shelf, offload] exchange in
      let client = exchange.client
      return Answer.json(["models": try await offload.run { shelf.all(for: client) }])
    }
    router.on(.post, "/v1/models", add)
    router.on(.delete, "/v1/models/{model}") { [shelf, events] exchange in
      try shelf.delete(exchange.parameter("model"), of: exchange.client)
      events.tell("models", [String: String](), to: exchange.client.owner)
      return Answer.nothing
    }
    router.on(.get, "/v1/models/{model}/picture") { [shelf] exchange in
      let model = try shelf.model(exchange.parameter("model"), for: exchange.client)
      guard let picture = model.picture else { throw Refusal.missing("\(model.name) has no picture") }
      return try Answer.file(
        picture, type: MediaType.of(picture.lastPathComponent), isLasting: model.source == .bundled)
    }
  }

  private func add(_ exchange: Exchange) async throws -> Response {
    let file = try shelf.place(GivenName(exchange.query["name"]), for: exchange.client)
    // The name's ending decides how it is read.
    let upload = try Upload(
      queue.store.newUpload().appendingPathExtension(file.pathExtension), counter: counter)
    try await upload.receive(exchange.request, atMost: limits.modelBytes, room: disk.room)
    let model = try await offload.run { [shelf] in
      try upload.sync()
      return try shelf.add(upload.file, at: file, for: exchange.client)
    }
    events.tell("models", [String: String](), to: exchange.client.owner)
    return Answer.json(model, .created)
  }
}
