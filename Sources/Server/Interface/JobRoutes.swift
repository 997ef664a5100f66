import Foundation
import HTTPTypes
import HummingbirdCore

/// Jobs, their results, and the queue.
struct JobRoutes: Sendable {
  let queue: JobQueue
  let previews: Previews

  func add(to router: inout Router) {
    router.on(.get, "/v1/jobs") { [queue] exchange in
      let offset = try exchange.number("offset", 0...Int.max, default: 0) ?? 0
      let limit = try exchange.number("limit", 1...200, default: 50) ?? 50
      let jobs = queue.jobs(of: exchange.client, in: try Self.states(exchange), image: exchange.query["image"])
      return Answer.json(
        Page(total: jobs.count, offset: offset, jobs: jobs.dropFirst(offset).prefix(limit).map(queue.view)))
    }
    router.on(.delete, "/v1/jobs") { [queue] exchange in
      guard let states = try Self.states(exchange) else {
        throw Refusal.invalid("state is missing, expected those of the jobs to delete, such as state=done,failed")
      }
      let jobs = queue.jobs(of: exchange.client, in: states).map(\.id)
      queue.delete(jobs, of: exchange.client)
      return Answer.json(["deleted": jobs.count])
    }
    router.on(.get, "/v1/jobs/{job}") { [queue] in
      Answer.json(queue.view(try queue.job($0.parameter("job"), of: $0.client)))
    }
    router.on(.delete, "/v1/jobs/{job}") { [queue] exchange in
      let job = try queue.job(exchange.parameter("job"), of: exchange.client)
      queue.delete([job.id], of: exchange.client)
      return Answer.nothing
    }
    router.on(.post, "/v1/jobs/{job}/cancel") { [queue] in
      Answer.json(queue.view(try queue.cancel($0.parameter("job"), of: $0.client)))
    }
    router.on(.post, "/v1/jobs/{job}/retry") { [queue] in
      Answer.json(queue.view(try queue.retry($0.parameter("job"), of: $0.client)))
    }
    router.on(.get, "/v1/jobs/{job}/result", result)
    router.on(.get, "/v1/jobs/{job}/preview", preview)
    router.on(.get, "/v1/queue") { [queue] in Answer.json(queue.queue(of: $0.client)) }
    router.on(.post, "/v1/queue/pause") { [queue] exchange in
      queue.pause(exchange.client)
      return Answer.json(queue.queue(of: exchange.client))
    }
    router.on(.post, "/v1/queue/resume") { [queue] exchange in
      queue.resume(exchange.client)
      return Answer.json(queue.queue(of: exchange.client))
    }
    router.on(.get, "/v1/results.zip", zip)
  }

  private struct Page: Encodable {
    let total: Int
    let offset: Int
    let jobs: [JobView]
  }

  /// Nil where none are named.
  private static func states(_ exchange: Exchange) throws(Refusal) -> Set<Job.State>? {
    guard let text = exchange.query["state"], !text.isEmpty else { return nil }
    var states: Set<Job.State> = []
    for name in text.split(separator: ",") {
      guard let state = Job.State(rawValue: String(name)) else {
        let all = Job.State.allCases.map(\.rawValue).joined(separator: ", ")
        throw .invalid("state is '\(name)', expected \(all)")
      }
      states.insert(state)
    }
    return states
  }

  /// A job that has a result. Throws `Refusal`.
  private func finished(_ exchange: Exchange) throws -> (Job, Job.Result) {
    let job = try queue.job(exchange.parameter("job"), of: exchange.client)
    guard job.state == .done, let result = job.result else {
      throw Refusal.conflict("the job has no result: it is \(job.state.rawValue)")
    }
    return (job, result)
  }

  private func result(_ exchange: Exchange) async throws -> Response {
    let (job, result) = try finished(exchange)
    let name = (result.name as NSString).lastPathComponent
    return try Answer.file(
      queue.store.result(of: job), type: result.type, name: exchange.query["download"] == "1" ? name : nil)
  }

  private func preview(_ exchange: Exchange) async throws -> Response {
    let (job, result) = try finished(exchange)
    let side = try exchange.number("side", Previews.sides)
    let preview = try await previews.preview(
      of: queue.store.result(of: job), named: job.id, side: side, shown: result.name)
    return try Answer.file(preview, type: "image/png")
  }

  private func zip(_ exchange: Exchange) async throws -> Response {
    let asked = exchange.query["jobs"].map { Set($0.split(separator: ",").map(String.init)) }
    let jobs = queue.jobs(of: exchange.client, in: [.done]).reversed().filter { asked?.contains($0.id) ?? true }
    guard !jobs.isEmpty else { throw Refusal.missing("there is no result: expected ids of jobs that are done") }
    var taken: Set<String> = []
    let entries = jobs.compactMap { job -> ZipWriter.Entry? in
      guard let result = job.result else { return nil }
      return ZipWriter.Entry(
        name: Self.unused(result.name, &taken), file: queue.store.result(of: job), size: result.bytes,
        changed: Date(timeIntervalSince1970: job.ended ?? job.created))
    }
    return Answer.zip(entries, name: "guise-results.zip")
  }

  /// The name, or if another file in the archive has it, the name with a number.
  private static func unused(_ name: String, _ taken: inout Set<String>) -> String {
    // Programs for Windows take a backslash for a slash.
    let name = name.replacing("\\", with: "_")
    let ending = (name as NSString).pathExtension
    let stem = ending.isEmpty ? name : String(name.dropLast(ending.count + 1))
    let free = ([name] + (2...taken.count + 2).map { "\(stem)-\($0)" + (ending.isEmpty ? "" : ".\(ending)") })
      .first { !taken.contains($0.lowercased()) }
    let found = free ?? name
    taken.insert(found.lowercased())
    return found
  }
}
