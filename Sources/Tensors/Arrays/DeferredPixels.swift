import Kernels
import Synchronization

extension NDArray {
  /// This array with a rectifier deferred to its reader. Nil if it does not hold images, or if a rectifier cannot
  /// follow what is already deferred.
  func deferringRectifier(slope: Float, ceiling: Float = .infinity) -> NDArray? {
    deferring { part in
      guard part.isUnrectified else { return false }
      part.slope = slope
      part.ceiling = ceiling
      return true
    }
  }

  /// This array with a factor deferred to its reader; nil if it does not hold images.
  func deferringFactor(_ factor: Float) -> NDArray? {
    deferring { part in
      part.factor *= factor
      return true
    }
  }

  private func deferring(_ change: (inout PixelSource.Part) -> Bool) -> NDArray? {
    guard shape.rank == 4 else { return nil }
    var source = pixelSource
    for index in source.parts.indices where !change(&source.parts[index]) { return nil }
    return NDArray(deferred: source)
  }
}

/// Images that are computed and kept when something other than a convolution first reads them.
final class DeferredPixels: Sendable {
  let source: PixelSource
  private let written = Mutex<Buffer?>(nil)

  init(_ source: PixelSource) { self.source = source }

  var isWritten: Bool { written.withLock { $0 != nil } }

  /// Computed outside of the lock: the worker threads that compute it may themselves be waiting for it.
  var buffer: Buffer {
    if let kept = written.withLock({ $0 }) { return kept }
    let computed = device.pixels(of: source, adding: nil)
    return written.withLock { written in
      let kept = written ?? computed
      written = kept
      return kept
    }
  }
}
