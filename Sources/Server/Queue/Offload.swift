import Foundation

/// Runs what takes long, or waits for the disk, on threads of its own, so that other requests are answered meanwhile.
final class Offload: Sendable {
  private let queue = OperationQueue()

  init(threads: Int) {
    queue.maxConcurrentOperationCount = threads
  }

  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.addOperation { continuation.resume(with: Result { try body() }) }
    }
  }
}
