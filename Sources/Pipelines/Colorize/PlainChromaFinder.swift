import Models
import Tensors

/// Chroma that is a network's output.
struct PlainChromaFinder: ChromaFinder {
  let network: any TranslationNetwork
  /// The shorter side of the network's input in pixels, or the side of the square.
  let size: Int
  private let isSquare: Bool

  private let inference = RepeatedInference()

  /// - Parameter size: nil for the network's own.
  init(network: any TranslationNetwork, size: Int?) {
    let view = (network as? any ColorizingNetwork).map { type(of: $0).view } ?? Self.usualView
    self.network = network
    self.size = size ?? view.size
    isSquare = view.isSquare
  }

  /// That of networks that do not tell.
  private static let usualView = ColorizingView(size: 256, isSquare: false)

  var settings: String { "size \(size)" }

  func workingSize(for photograph: Size) -> Size {
    if isSquare { return Size(size) }
    let sides = sides(of: photograph, size: size)
    return Size(height: max(1, Int(sides.height.rounded())), width: max(1, Int(sides.width.rounded())))
  }

  func chroma(for lightness: NDArray, precision: Precision, memoryLimit: Int?) throws -> NDArray {
    try network.output(for: lightness, precision: precision, memoryLimit: memoryLimit, by: inference)
  }
}
