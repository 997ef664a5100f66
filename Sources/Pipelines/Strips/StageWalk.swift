import Layers
import Tensors

/// What keeping a network's features in rows takes.
struct StageWalk {
  private(set) var valuesPerRow = 1
  /// In multiply-adds, with what is computed twice, and without.
  private(set) var cost = 0.0, costOnce = 0.0
  /// The most values that are kept at once.
  private var keptValues = 0

  private let image: Size
  private var size: Size

  var keptRows: Int { (keptValues + valuesPerRow - 1) / valuesPerRow }

  init(_ stages: [any Stage], image: Size) {
    self.image = image
    size = image
    // Values that are kept for the next stage, which frees rows of them as it keeps its own.
    var waiting = 0
    for stage in stages {
      let kept = stage.convolutions.map { add($0) }
      let (most, last) = (kept.max() ?? 0, kept.last ?? 0)
      if stage.hasSkip {
        // The input, as large as the output, is kept until the sum.
        keptValues = max(keptValues, waiting, last + most)
        waiting = 2 * last
      } else {
        keptValues = max(keptValues, waiting, most)
        if last > 0 { waiting = last }
      }
    }
  }

  /// - Returns: the values that are kept of its output.
  private mutating func add(_ convolution: ConvolutionStage) -> Int {
    let convolutionCost = convolution.cost(for: size)
    size = convolution.outputSize(for: size)
    let isKept = StripTranslation.keepsRows(of: size, image: image)
    costOnce += convolutionCost
    cost += isKept || convolution.instanceNorm == nil ? convolutionCost : 2 * convolutionCost
    guard isKept else { return 0 }
    valuesPerRow = max(valuesPerRow, size.width * convolution.outputChannels)
    return size.height * size.width * convolution.outputChannels
  }
}
