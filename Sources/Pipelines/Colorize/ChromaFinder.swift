import Models
import Tensors

/// Finds chroma for lightness by a network.
protocol ChromaFinder {
  var network: any TranslationNetwork { get }
  /// What the network is asked for, in words: other settings find other chroma.
  var settings: String { get }

  /// The size at which the network sees a photograph.
  func workingSize(for photograph: Size) -> Size

  /// a/110 and b/110, `[1, h, w, 2]`, for L/50 - 1 at the working size, `[1, H, W, 1]`; h and w are H and W, or the same
  /// fraction of both.
  ///
  /// - Parameters:
  ///   - precision: one that this machine supports, whose `obstacle` is nil.
  ///   - memoryLimit: the memory in bytes that computing may take; nil for all that the system says is free.
  ///
  /// Throws `TranslationError.notEnoughMemory`.
  func chroma(for lightness: NDArray, precision: Precision, memoryLimit: Int?) throws -> NDArray
}

extension ChromaFinder {
  /// The sides of a photograph reduced or enlarged until the shorter one is `size` long; of very long photographs, until
  /// the longer one is four times `size`.
  func sides(of photograph: Size, size: Int) -> (height: Double, width: Double) {
    let (height, width) = (Double(photograph.height), Double(photograph.width))
    let scale = min(Double(size) / min(height, width), Double(4 * size) / max(height, width))
    return (height * scale, width * scale)
  }
}
