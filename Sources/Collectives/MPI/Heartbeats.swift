/// Signs of life between rank 0 and every other rank, by which a rank that is gone is told from one that is slow.
///
/// Rank 0 hears all, and tells the others whom it has lost.
final class Heartbeats {
  /// In seconds.
  private static let interval = 1.0

  /// What a sign says. A whole number: 0 or more is the rank that was lost.
  private enum Sign {
    static let alive: Float = -1, done: Float = -2
  }

  private final class Peer {
    let rank: Int
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: 2)
    var sending: PendingRequest?
    var receiving: PendingRequest?
    var lastSent = -Double.infinity
    var hasSaidLast = false
    var isDone = false

    init(_ rank: Int) {
      self.rank = rank
      memory.initialize(repeating: 0, count: 2)
    }

    // The memory is not freed: a library may write into it as long as the process lives.
  }

  private let library: MPILibrary
  private let peers: [Peer]
  private var silence: Silence
  /// Said instead of being alive, once.
  private var last: Float?

  init(_ library: MPILibrary, rank: Int, count: Int, now: Double) {
    self.library = library
    peers = (rank == 0 ? Array(1..<count) : [0]).map { Peer($0) }
    silence = Silence(of: peers.map(\.rank), now: now)
  }

  /// From now on says that this rank is done, or that one was lost.
  func end(losing lost: Int?) { last = lost.map { Float($0) } ?? Sign.done }

  /// Whether all others know that this rank ends.
  var areTold: Bool { peers.allSatisfy { $0.hasSaidLast && $0.sending == nil } }

  /// Whether all others are done.
  var areDone: Bool { peers.allSatisfy(\.isDone) }

  /// Sends and receives what there is. Throws if a rank is lost.
  func exchange(now: Double) throws(CollectiveFailure) {
    for peer in peers {
      try send(to: peer, now: now)
      try receive(from: peer, now: now)
    }
    if let rank = silence.longest(now: now) {
      throw .silent(rank: rank, host: "", seconds: Int(Silence.limit))
    }
  }

  private func send(to peer: Peer, now: Double) throws(CollectiveFailure) {
    if let sending = peer.sending, try sending.isDone() { peer.sending = nil }
    guard peer.sending == nil, !peer.hasSaidLast, last != nil || now - peer.lastSent >= Self.interval else { return }
    peer.memory[0] = last ?? Sign.alive
    peer.hasSaidLast = last != nil
    peer.lastSent = now
    peer.sending = try PendingRequest(library) { request in
      library.send(peer.memory, 1, library.float, Int32(peer.rank), 1, library.world, request)
    }
  }

  private func receive(from peer: Peer, now: Double) throws(CollectiveFailure) {
    guard !peer.isDone else { return }
    if let receiving = peer.receiving {
      guard try receiving.isDone() else { return }
      peer.receiving = nil
      silence.heard(of: peer.rank, now: now)
      let sign = peer.memory[1]
      if sign >= 0 { throw .ended(rank: Int(sign), host: "") }
      if sign == Sign.done {
        peer.isDone = true
        silence.dismiss(peer.rank)
        return
      }
    }
    peer.receiving = try PendingRequest(library) { request in
      library.receive(peer.memory + 1, 1, library.float, Int32(peer.rank), 1, library.world, request)
    }
  }
}
