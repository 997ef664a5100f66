import NIOPosix

/// The threads that requests are answered on. Swift's own are as few as the processor has cores, and whatever else the process
/// computes on them would delay every answer.
final class RequestThreads: TaskExecutor {
  static let shared = RequestThreads()

  /// Never shut down: connections that end after the server still need a thread to do so.
  private let pool = NIOThreadPool(numberOfThreads: 4)

  private init() { pool.start() }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    pool.submit { _ in job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
