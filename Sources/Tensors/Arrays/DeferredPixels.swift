import Kernels
import Synchronization

extension NDArray {
  /// This array with a rectifier for its reader to apply. Nil for arrays that are not images, or have been deferred with
  /// something that a rectifier cannot follow.
  func deferringRectifier(slope: Float, ceiling: Float = .infinity) -> NDArray? {
    deferring { part in
      guard part.isUnrectified else { return false }
      part.slope = slope
      part.ceiling = ceiling
      return true
    }
  }

  /// This array times a factor for its reader to apply; nil for arrays that are not images.
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

/// Images that are worked out when something other than a convolution first reads them, and kept from then on.
final class DeferredPixels: Sendable {
  let source: PixelSource
  private let written = Mutex<Buffer?>(nil)

  init(_ source: PixelSource) { self.source = source }

  var isWritten: Bool { written.withLock { $0 != nil } }

  var buffer: Buffer {
    written.withLock { written in
      if let written { return written }
      let buffer = device.pixels(of: source, adding: nil)
      written = buffer
      return buffer
    }
  }
}
