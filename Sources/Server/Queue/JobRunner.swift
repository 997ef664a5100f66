import Files
import Foundation
import Images
import Pipelines
import Synchronization
import Tensors
import Threads
import Training

/// Computes one job after another, on a thread of its own, by the batches that the command line runs.
final class JobRunner: @unchecked Sendable {
  // Unchecked: `loaded` belongs to the thread; everything else is constant.
  private let queue: JobQueue
  private let shelf: ModelShelf
  private let folder: PhotoFolder?
  private let disk: DiskShare
  private let limits: ServerLimits
  private let hasEnded = DispatchSemaphore(value: 0)

  /// The model of the last job, since the next one often needs the same.
  private var loaded: (key: Key, computation: Computation)?

  private struct Key: Equatable {
    let model: ModelFileOnShelf
    let stamp: FileStamp?
    let settings: [String: String]
  }

  init(_ queue: JobQueue, shelf: ModelShelf, folder: PhotoFolder?, disk: DiskShare, limits: ServerLimits) {
    (self.queue, self.shelf, self.folder, self.disk, self.limits) = (queue, shelf, folder, disk, limits)
  }

  func start() {
    let thread = Thread { [self] in
      while let (job, abandonment) = queue.next() { run(job, abandonment) }
      hasEnded.signal()
    }
    thread.name = "guise-jobs"
    thread.stackSize = 16 << 20
    thread.start()
  }

  /// Waits for the thread, after the queue was stopped.
  func waitForEnd() { hasEnded.wait() }

  private func run(_ job: Job, _ abandonment: Abandonment) {
    defer {
      // What an abandoned computation has kept, such as weights prepared for it, is meaningless.
      if abandonment.isAbandoned { loaded = nil }
    }
    guard disk.room > 0 else {
      queue.release(job)
      return queue.halt(
        "the server's disk is full, or its share of it is used up: delete jobs that are done, then go on")
    }
    do {
      let model = try shelf.model(job.model, for: Client(owner: job.owner))
      let settings = try JobSettings(job.settings, of: model)
      try settings.device.open().run { try run(job, model.file, settings, abandonment) }
    } catch {
      if abandonment.isAbandoned { return queue.release(job) }
      let text = (error as? Refusal)?.text ?? "\(error)"
      queue.finish(job) { $0.fail(text) }
    }
  }

  private func run(_ job: Job, _ model: ModelFileOnShelf, _ settings: JobSettings, _ abandonment: Abandonment) throws {
    let computation = try computation(model, job, settings)
    let input = try input(of: job)
    let name = OutputName.beside(job.name, suffix: computation.suffix, format: settings.format)
    let output = queue.store.folder(of: job.id).appending(path: "result.\((name as NSString).pathExtension)")
    let plan = try OutputPlan(inputs: [input], output: output, format: settings.format, quality: settings.quality)
    var batch = ImageBatch(
      overwrites: true, reading: ImageReadingOptions(largestPixelCount: limits.pixels), metadata: settings.metadata)
    batch.words = { Self.words($0, of: input, for: job) }
    let outcome = Mutex(Outcome())
    let progress = JobProgress(expected: queue.expectedSeconds(for: job)) { [queue] in queue.advance(job.id, $0) }
    progress.start()
    defer { progress.stop() }
    let summary = try batch.run(
      plan, identity: computation.identity, shouldStop: { abandonment.isAbandoned },
      report: { [queue] event in
        progress.take(event)
        outcome.withLock { $0.take(event) }
        if case .fileAdvanced = event { queue.waitWhilePaused(job, abandonment) }
      },
      compute: { image, result in
        progress.begin()
        try abandonment.watch { try computation(image, result) }
      })
    progress.stop()
    guard !abandonment.isAbandoned else { return queue.release(job) }
    finish(job, outcome.withLock { $0 }, summary, output: output, name: name)
  }

  private func finish(_ job: Job, _ outcome: Outcome, _ summary: BatchSummary, output: URL, name: String) {
    if let obstacle = summary.obstacle {
      queue.release(job)
      return queue.halt("\(Self.shown(obstacle, output, name)): make room, then go on")
    }
    queue.finish(job) { job in
      job.notices = outcome.notices
      guard outcome.failure == nil, let header = try? ImageHeader(contentsOf: output), let stamp = FileStamp(output)
      else {
        return job.fail(outcome.failure.map { Self.shown($0, output, name) } ?? "the result could not be made")
      }
      job.state = .done
      job.result = Job.Result(
        name: name, type: MediaType.ofImage(name), width: header.width, height: header.height, bytes: stamp.size,
        seconds: outcome.seconds)
    }
  }

  /// What a batch of one file told.
  private struct Outcome {
    var seconds = 0.0
    var failure: String?
    var notices: [String] = []

    mutating func take(_ event: BatchEvent) {
      switch event {
      case .fileDone(_, _, let seconds): self.seconds = seconds
      case .fileFailed(_, let reason): failure = reason
      case .fileNoticed(_, let notice): notices.append("\(notice)")
      case .fileResumed(_, let fraction): notices.append("went on from \(Int(100 * fraction)) %")
      case .deviceFailed(_, let failure): notices.append("\(failure); the processor computed it")
      case .started, .fileExpected, .fileAdvanced, .fileSkipped, .finished: break
      }
    }
  }

  private func computation(_ model: ModelFileOnShelf, _ job: Job, _ settings: JobSettings) throws -> Computation {
    if let newest = model.newest, !FileManager.default.fileExists(atPath: model.url.path) {
      try RunFolder(root: newest.run).writeNewestModel(newest.model, to: model.url)
    }
    let key = Key(model: model, stamp: FileStamp(model.url), settings: job.settings)
    if let loaded, loaded.key == key { return loaded.computation }
    loaded = nil
    let upscaler = try settings.then.map { try shelf.model($0, for: Client(owner: job.owner)).file.url }
    let computation = try Computation(model, settings, then: upscaler)
    loaded = (key, computation)
    return computation
  }

  private func input(of job: Job) throws -> URL {
    guard let path = job.image.path else { return queue.store.uploaded(job.image) }
    guard let folder else { throw Refusal.missing("the server was started without the folder that \(path) is in") }
    return try folder.file(path)
  }

  /// Names the image as the client did.
  private static func words(_ error: any Error, of input: URL, for job: Job) -> String {
    shown("\(error)", input, job.name)
  }

  private static func shown(_ text: String, _ file: URL, _ name: String) -> String {
    text.replacing(file.relativePath, with: name).replacing(file.path, with: name)
  }
}

extension Job {
  fileprivate mutating func fail(_ text: String) {
    state = .failed
    error = text
  }
}
