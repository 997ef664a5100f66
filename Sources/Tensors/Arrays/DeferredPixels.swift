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

/// Images that are computed when something other than a convolution first reads them, and kept in their source's place.
final class DeferredPixels: Sendable {
  private enum State {
    case deferred(PixelSource)
    case written(Buffer)
  }

  private let state: Mutex<State>

  init(_ source: PixelSource) { state = Mutex(.deferred(source)) }

  /// Nil once the images are computed.
  var source: PixelSource? {
    state.withLock {
      if case .deferred(let source) = $0 { source } else { nil }
    }
  }

  /// Computed outside of the lock: the worker threads that compute it may themselves be waiting for it.
  var buffer: Buffer {
    let source: PixelSource
    switch state.withLock({ $0 }) {
    case .written(let buffer): return buffer
    case .deferred(let deferred): source = deferred
    }
    let computed = device.pixels(of: source, adding: nil)
    return state.withLock { state in
      if case .written(let buffer) = state { return buffer }
      state = .written(computed)
      return computed
    }
  }
}
