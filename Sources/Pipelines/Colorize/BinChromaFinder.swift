import Models
import Tensors

/// Chroma from the scores that a network gives to bins of colour, at a quarter of the working size.
///
/// The scores are the means of a photograph's and its mirror image's.
struct BinChromaFinder: ChromaFinder {
  let bins: ColorBinNetwork
  /// The shorter side of the network's input in pixels; nil to choose it for each photograph.
  let size: Int?
  /// As in `ColorBinNetwork.Scores.chroma`.
  let vividness: Float

  /// The shorter sides to choose from: 256 gave less likely colours than 224, and small photographs are enlarged to 128 at
  /// most.
  private static let usualSizes = 128...224

  var network: any TranslationNetwork { bins }

  var settings: String { "size \(size.map(String.init) ?? "automatic"), vividness \(vividness)" }

  /// Each side is a multiple of 32, so that nothing is padded, which keeps proportions nearly.
  func workingSize(for photograph: Size) -> Size {
    let own = min(photograph.height, photograph.width)
    let usual = min(max(own, Self.usualSizes.lowerBound), Self.usualSizes.upperBound)
    let sides = sides(of: photograph, size: size ?? usual)
    let multiple = bins.sizeMultiple
    func rounded(_ side: Double) -> Int { max(1, Int((side / Double(multiple)).rounded())) * multiple }
    return Size(height: rounded(sides.height), width: rounded(sides.width))
  }

  func chroma(for lightness: NDArray, precision: Precision, memoryLimit: Int?) throws -> NDArray {
    try bins.checkMemory(for: Size(height: lightness.shape[1], width: lightness.shape[2]), limit: memoryLimit)
    defer { ArrayMemory.releaseIdle() }
    return try withoutGradients(precision: precision) {
      let image = Tensor(TonalRange.full(lightness))
      let scores = (self.scores(of: image) + self.scores(of: image.mirrored).mirrored) * 0.5
      return ColorBinNetwork.Scores(scores, of: bins).chroma(vividness: vividness).value
    }
  }

  /// Blocks freed by the network have other sizes than those of scores, and would not be reused for them.
  private func scores(of image: Tensor) -> Tensor {
    defer { ArrayMemory.releaseIdle() }
    return bins.scoring(image)
  }
}

extension Tensor {
  /// `[N, H, W, C]` with left and right exchanged.
  fileprivate var mirrored: Tensor {
    gathered(rows: Array(0..<shape[1]), columns: (0..<shape[2]).reversed())
  }
}
