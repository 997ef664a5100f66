import Foundation
import Synchronization

/// Passes what changes on to the clients that listen, each its own, and remembers the newest messages for those whose
/// connection was interrupted.
final class EventHub: Sendable {
  struct Message: Sendable {
    let number: Int
    let owner: String
    /// Empty for a sign of life.
    let event: String
    let data: String
  }

  /// Messages, one after another, until the client is too slow, or the server stops.
  typealias Stream = AsyncStream<Message>

  fileprivate struct State {
    var number = 0
    var recent: [Message] = []
    var listeners: [Int: (owner: String, continuation: Stream.Continuation)] = [:]
    var nextListener = 0
    var isStopped = false
  }

  /// Numbers of another start of the server mean nothing.
  private let start = JobStore.newID().prefix(8)
  private let state = Mutex(State())

  /// The messages that are remembered, and the most that wait for a slow client.
  private static let memory = 2000

  var owners: Set<String> { state.withLock { Set($0.listeners.values.map(\.owner)) } }

  func tell(_ event: String, _ data: some Encodable, to owner: String) {
    let text = String(decoding: JSONText.data(data), as: UTF8.self)
    let slow = state.withLock { state -> [Stream.Continuation] in
      state.number += 1
      let message = Message(number: state.number, owner: owner, event: event, data: text)
      state.recent.append(message)
      if state.recent.count > 2 * Self.memory { state.recent.removeFirst(Self.memory) }
      return state.send(message) { $0 == owner }
    }
    for continuation in slow { continuation.finish() }
  }

  /// Sends all clients a sign of life, by which connections stay, and are noticed to be gone.
  func beat() {
    let slow = state.withLock { state in
      let sign = Message(number: state.number, owner: "", event: "", data: "")
      return state.send(sign) { _ in true }
    }
    for continuation in slow { continuation.finish() }
  }

  /// The id of a message in the stream.
  func id(_ number: Int) -> String { "\(start)-\(number)" }

  /// All messages to a client from now on, and those since the one that the client knows; nil for the latter if they are not
  /// remembered.
  func listen(_ owner: String, after known: String?) -> (missed: [Message]?, number: Int, stream: Stream) {
    let (stream, continuation) = Stream.makeStream(bufferingPolicy: .bufferingOldest(Self.memory))
    let (id, isStopped, missed, number) = state.withLock { state -> (Int, Bool, [Message]?, Int) in
      let id = state.nextListener
      state.nextListener += 1
      if !state.isStopped { state.listeners[id] = (owner, continuation) }
      return (id, state.isStopped, self.missed(state, owner, known), state.number)
    }
    if isStopped { continuation.finish() }
    continuation.onTermination = { [weak self] _ in self?.forget(id) }
    return (missed, number, stream)
  }

  private func forget(_ id: Int) {
    state.withLock { $0.listeners[id] = nil }
  }

  private func missed(_ state: borrowing State, _ owner: String, _ known: String?) -> [Message]? {
    guard let known, known.hasPrefix("\(start)-"), let number = Int(known.dropFirst(start.count + 1)),
      number <= state.number, number + 1 >= state.recent.first?.number ?? state.number + 1
    else { return nil }
    return state.recent.filter { $0.number > number && $0.owner == owner }
  }

  func stop() {
    let listeners = state.withLock { state in
      state.isStopped = true
      defer { state.listeners = [:] }
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.continuation.finish() }
  }
}

extension EventHub.State {
  /// Returns the listeners that read more slowly than things happen, and get nothing any more. They come back with the number
  /// of the last message that they have.
  fileprivate mutating func send(_ message: EventHub.Message, to isMeant: (String) -> Bool) -> [EventHub.Stream
    .Continuation]
  {
    var slow: [EventHub.Stream.Continuation] = []
    for (id, listener) in listeners where isMeant(listener.owner) {
      guard case .dropped = listener.continuation.yield(message) else { continue }
      slow.append(listener.continuation)
      listeners[id] = nil
    }
    return slow
  }
}
