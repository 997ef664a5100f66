import Foundation
import Pipelines
import Synchronization
import Threads

/// All jobs, in order, and which of them is next. It outlives the program: every change of a state is on disk before
/// anyone is told.
final class JobQueue: Sendable {
  fileprivate struct State {
    /// By number.
    var jobs: [Job] = []
    /// Places in `jobs`.
    var index: [String: Int] = [:]
    var nextNumber = 1
    /// The clients whose jobs wait until they say otherwise.
    var paused: Set<String> = []
    /// Why all jobs wait.
    var obstacle: String?
    var isStopped = false
    var running: Running?
    var speeds = SpeedTable()
  }

  /// The job that is being computed.
  struct Running {
    let id: String
    let abandonment: Abandonment
    var progress = Job.Progress()
  }

  let store: JobStore
  private let events: EventHub
  private let limits: ServerLimits
  private let state = Mutex(State())
  /// Held while a job's state is written, so that the newest is written last.
  private let writing = Mutex(())
  /// Signalled when there may be something to do.
  private let condition = NSCondition()

  init(_ store: JobStore, events: EventHub, limits: ServerLimits) {
    (self.store, self.events, self.limits) = (store, events, limits)
    var jobs = store.read()
    // What was running when the program ended begins again, or goes on from its finished rows.
    for index in jobs.indices where jobs[index].state == .running {
      jobs[index].state = .waiting
      jobs[index].started = nil
    }
    state.withLock { state in
      state.jobs = jobs
      state.reindex()
      state.nextNumber = (jobs.last?.number ?? 0) + 1
    }
  }

  // MARK: Adding

  /// Throws `Refusal` if the client has too many jobs, or the disk no room.
  func checkRoom(for count: Int, of client: Client) throws {
    let own = state.withLock { $0.jobs.count { $0.owner == client.owner } }
    guard own + count <= limits.jobs else {
      throw Refusal.busy(
        "\(count) more would make \(own + count) jobs, and \(limits.jobs) is the most: delete some that are done")
    }
  }

  /// Appends jobs, whose numbers it sets. Throws `FileError`, having appended none.
  func add(_ new: [Job]) throws -> [Job] {
    var new = new
    state.withLock { state in
      for index in new.indices {
        new[index].number = state.nextNumber
        state.nextNumber += 1
      }
    }
    do {
      for job in new { try store.write(job) }
    } catch {
      store.delete(new, keeping: Set(new.map(\.image.id)))
      throw error
    }
    state.withLock { state in
      state.jobs += new
      state.jobs.sort { $0.number < $1.number }
      state.reindex()
    }
    wake()
    for job in new { tell(job) }
    tellQueue(new.first?.owner)
    return new
  }

  // MARK: Looking

  /// A client's job. Throws `Refusal`.
  func job(_ id: String, of client: Client) throws -> Job {
    let job = state.withLock { state in state.index[id].map { state.jobs[$0] } }
    guard let job, job.owner == client.owner else { throw Refusal.missing("there is no job \(id)") }
    return job
  }

  func view(_ job: Job) -> JobView {
    state.withLock { state in
      let progress = state.running?.id == job.id ? state.running?.progress : nil
      let place = job.state == .waiting ? state.jobs.count { $0.state == .waiting && $0.number <= job.number } : nil
      return JobView(job: job, progress: progress ?? Job.Progress(), place: place)
    }
  }

  /// A client's image, of any of its jobs. Throws `Refusal`.
  func image(_ id: String, of client: Client) throws -> Job {
    let job = state.withLock { $0.jobs.last { $0.image.id == id && $0.owner == client.owner } }
    guard let job else { throw Refusal.missing("there is no image \(id)") }
    return job
  }

  /// A client's jobs, the newest first.
  func jobs(of client: Client, in states: Set<Job.State>? = nil, image: String? = nil) -> [Job] {
    state.withLock { state in
      state.jobs.reversed().filter {
        $0.owner == client.owner && states?.contains($0.state) ?? true && $0.image.id == image ?? $0.image.id
      }
    }
  }

  func queue(of client: Client) -> QueueView {
    state.withLock { state in
      var view = QueueView(isPaused: state.isPaused(client.owner), obstacle: state.obstacle)
      for job in state.jobs where job.owner == client.owner {
        switch job.state {
        case .waiting: view.waiting += 1
        case .running: view.running += 1
        case .done: view.done += 1
        case .failed: view.failed += 1
        case .cancelled: view.cancelled += 1
        }
      }
      view.secondsLeft = state.secondsLeft
      return view
    }
  }

  func running(of client: Client) -> JobView? {
    state.withLock { state in
      guard let running = state.running, let place = state.index[running.id], state.jobs[place].owner == client.owner
      else { return nil }
      return JobView(job: state.jobs[place], progress: running.progress)
    }
  }

  // MARK: Changing

  /// Throws `Refusal` if the job has ended.
  func cancel(_ id: String, of client: Client) throws -> Job {
    let job = try job(id, of: client)
    guard !job.state.isEnded else { throw Refusal.conflict("the job has ended: it is \(job.state.rawValue)") }
    return end(id) { $0.state = .cancelled } ?? job
  }

  /// Throws `Refusal` unless the job has failed or was cancelled.
  func retry(_ id: String, of client: Client) throws -> Job {
    let job = try job(id, of: client)
    guard [.failed, .cancelled].contains(job.state) else {
      throw Refusal.conflict("only failed and cancelled jobs can be tried again, and this one is \(job.state.rawValue)")
    }
    let changed = state.withLock { state -> Job? in
      guard let place = state.index[id] else { return nil }
      var job = state.jobs.remove(at: place)
      job.state = .waiting
      job.number = state.nextNumber
      (job.started, job.ended, job.error, job.result, job.notices) = (nil, nil, nil, nil, [])
      state.nextNumber += 1
      state.jobs.append(job)
      state.reindex()
      return job
    }
    keep(changed)
    wake()
    return changed ?? job
  }

  func delete(_ ids: [String], of client: Client) {
    let ids = Set(ids)
    let (deleted, needed) = state.withLock { state -> ([Job], Set<String>) in
      let deleted = state.jobs.filter { ids.contains($0.id) && $0.owner == client.owner }
      if let running = state.running, deleted.contains(where: { $0.id == running.id }) { running.abandonment.abandon() }
      let places = Set(deleted.map(\.id))
      state.jobs.removeAll { places.contains($0.id) }
      state.reindex()
      return (deleted, Set(state.jobs.map(\.image.id)))
    }
    guard !deleted.isEmpty else { return }
    writing.withLock { _ in store.delete(deleted, keeping: needed) }
    wake()
    events.tell("deleted", ["jobs": deleted.map(\.id)], to: client.owner)
    tellQueue(client.owner)
  }

  /// Lets a client's jobs wait. Others' go on.
  func pause(_ client: Client) {
    _ = state.withLock { $0.paused.insert(client.owner) }
    wake()
    tellQueue(client.owner)
  }

  func resume(_ client: Client) {
    state.withLock { state in
      state.paused.remove(client.owner)
      state.obstacle = nil
    }
    wake()
    tellQueue(nil)
  }

  // MARK: For the runner

  /// Waits for a job, and marks it as running. Nil once the queue is stopped.
  func next() -> (Job, Abandonment)? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      let next = state.withLock { state -> Next in
        if state.isStopped { return .stop }
        guard let place = state.next else { return .wait }
        let abandonment = Abandonment()
        state.jobs[place].state = .running
        state.jobs[place].started = Date().timeIntervalSince1970
        state.running = Running(id: state.jobs[place].id, abandonment: abandonment)
        return .run(state.jobs[place], abandonment)
      }
      switch next {
      case .stop: return nil
      case .wait: condition.wait()
      case .run(let job, let abandonment):
        keep(job)
        return (job, abandonment)
      }
    }
  }

  private enum Next {
    case stop, wait
    case run(Job, Abandonment)
  }

  /// Waits, if the job's client has paused the queue, until that goes on, the job is abandoned, or another client's job would
  /// have to wait for it.
  func waitWhilePaused(_ job: Job, _ abandonment: Abandonment) {
    condition.lock()
    defer { condition.unlock() }
    while !abandonment.isAbandoned, state.withLock({ $0.isPaused(job.owner) && $0.next == nil }) { condition.wait() }
  }

  func advance(_ id: String, _ progress: Job.Progress) {
    let view = state.withLock { state -> JobView? in
      guard state.running?.id == id, let place = state.index[id] else { return nil }
      state.running?.progress = progress
      return JobView(job: state.jobs[place], progress: progress)
    }
    if let view { events.tell("job", view, to: view.job.owner) }
  }

  /// Records how a computation has ended. A job that was cancelled, or deleted, meanwhile stays so, and what was written of its
  /// result goes.
  func finish(_ job: Job, _ change: (inout Job) -> Void) {
    let id = job.id
    let changed = state.withLock { state -> Job? in
      if state.running?.id == id { state.running = nil }
      guard let place = state.index[id] else {
        store.delete([job], keeping: [job.image.id])
        return nil
      }
      guard state.jobs[place].state == .running else {
        store.clear(job)
        return nil
      }
      change(&state.jobs[place])
      if state.jobs[place].state.isEnded { state.jobs[place].ended = Date().timeIntervalSince1970 }
      state.speeds.take(state.jobs[place])
      return state.jobs[place]
    }
    keep(changed)
  }

  /// The expected computing time in seconds; nil if nothing like it was computed before.
  func expectedSeconds(for job: Job) -> Double? { state.withLock { $0.speeds.seconds(for: job) } }

  /// Puts a job whose computation did not come to its end back into the queue, unless it was cancelled or deleted.
  func release(_ job: Job) {
    finish(job) { job in
      job.state = .waiting
      job.started = nil
    }
  }

  /// Lets all jobs wait, for a reason that concerns them all, until a client says to go on.
  func halt(_ obstacle: String) {
    state.withLock { $0.obstacle = obstacle }
    tellQueue(nil)
  }

  /// Ends the running job's computation, to begin again at the next start, and everything that waits for a job.
  func stop() {
    state.withLock { state in
      state.isStopped = true
      state.running?.abandonment.abandon()
    }
    wake()
  }

  // MARK: Telling

  /// Ends a job that has not ended, and its computation.
  private func end(_ id: String, _ change: (inout Job) -> Void) -> Job? {
    let changed = state.withLock { state -> Job? in
      guard let place = state.index[id], !state.jobs[place].state.isEnded else { return nil }
      change(&state.jobs[place])
      state.jobs[place].ended = Date().timeIntervalSince1970
      if state.running?.id == id { state.running?.abandonment.abandon() }
      return state.jobs[place]
    }
    keep(changed)
    wake()
    return changed
  }

  /// Where the disk is full, the state is in memory alone until it changes again.
  private func keep(_ job: Job?) {
    guard let job else { return }
    writing.withLock { _ in
      let newest = state.withLock { state in state.index[job.id].map { state.jobs[$0] } }
      if let newest { try? store.write(newest) }
    }
    tell(job)
    tellQueue(job.owner)
  }

  private func tell(_ job: Job) { events.tell("job", JobView(job: job), to: job.owner) }

  private func tellQueue(_ owner: String?) {
    let all = owner.map { [$0] } ?? state.withLock { Set($0.jobs.map(\.owner)) }.union(events.owners)
    for listener in all {
      events.tell("queue", queue(of: Client(owner: listener)), to: listener)
    }
  }

  private func wake() { condition.withLock { condition.broadcast() } }
}

extension JobQueue.State {
  fileprivate mutating func reindex() {
    index = Dictionary(jobs.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  fileprivate func isPaused(_ owner: String) -> Bool { paused.contains(owner) || obstacle != nil }

  /// The place of the next job to compute.
  fileprivate var next: Int? {
    obstacle == nil ? jobs.firstIndex { $0.state == .waiting && !paused.contains($0.owner) } : nil
  }

  /// Until all waiting jobs are done; nil before the time of one of them can be told.
  fileprivate var secondsLeft: Double? {
    var total = 0.0
    for job in jobs where job.state == .waiting {
      guard let seconds = speeds.seconds(for: job) else { return nil }
      total += seconds
    }
    guard let running else { return total }
    return running.progress.secondsLeft.map { total + $0 }
  }
}
