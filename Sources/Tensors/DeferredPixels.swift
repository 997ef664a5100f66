import Kernels
import Synchronization

/// Images whose values are worked out when something other than a convolution asks for them, and then kept.
final class DeferredPixels: Sendable {
  let source: PixelSource
  private let written = Mutex<Buffer?>(nil)

  init(_ source: PixelSource) { self.source = source }

  var isWritten: Bool { written.withLock { $0 != nil } }

  var buffer: Buffer {
    written.withLock { written in
      if let written { return written }
      let buffer = Buffer(count: source.batch * source.height * source.width * source.channels)
      source.materialize(into: buffer.pointer)
      written = buffer
      return buffer
    }
  }
}
