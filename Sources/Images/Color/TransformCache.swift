import Foundation
import Synchronization

/// The latest conversions: photographs in a folder tend to share a profile, and an image is written band by band.
final class TransformCache: Sendable {
  static let shared = TransformCache()

  struct Key: Hashable {
    let profile: Data
    let space: ColorProfile.Space
    let hasAlpha: Bool
    let way: ColorTransform.Way
  }

  private static let capacity = 8
  private let last = Mutex<[(key: Key, result: Result<ColorTransform?, any Error>)]>([])

  func transform(for key: Key, make: () throws -> ColorTransform?) throws -> ColorTransform? {
    let known = last.withLock { last in last.first { $0.key == key }?.result }
    if let known { return try known.get() }
    let made = Result(catching: make)
    last.withLock { last in
      if last.count == Self.capacity { last.removeFirst() }
      last.append((key, made))
    }
    return try made.get()
  }
}
