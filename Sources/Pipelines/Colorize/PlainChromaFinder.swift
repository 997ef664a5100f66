import Models
import Tensors

/// Chroma that is a network's output.
struct PlainChromaFinder: ChromaFinder {
  let network: any TranslationNetwork
  /// The shorter side of the network's input in pixels.
  let size: Int

  private let inference = RepeatedInference()

  init(network: any TranslationNetwork, size: Int) {
    (self.network, self.size) = (network, size)
  }

  static let usualSize = 256

  var settings: String { "size \(size)" }

  func workingSize(for photograph: Size) -> Size {
    let sides = sides(of: photograph, size: size)
    return Size(height: max(1, Int(sides.height.rounded())), width: max(1, Int(sides.width.rounded())))
  }

  func chroma(for lightness: NDArray, precision: Precision, memoryLimit: Int?) throws -> NDArray {
    try network.output(for: lightness, precision: precision, memoryLimit: memoryLimit, by: inference)
  }
}
