import Layers
import Tensors

/// Adds up, stage by stage, what computing a network in strips takes.
struct StageWalk {
  private(set) var valuesPerRow = 1
  /// In multiply-adds: with everything that is computed twice, and with every stage computed once.
  private(set) var cost = 0.0, costOnce = 0.0
  /// The most values kept at once.
  private var keptValues = 0

  private let image: Size
  private var size: Size

  var keptRows: Int { (keptValues + valuesPerRow - 1) / valuesPerRow }

  init(_ stages: [any Stage], image: Size) {
    self.image = image
    size = image
    // Values kept for the next stage, which frees their rows as it stores its own.
    var waiting = 0
    for stage in stages {
      let kept = stage.convolutions.map { add($0) }
      let (most, last) = (kept.max() ?? 0, kept.last ?? 0)
      if stage.hasSkip {
        // The input, as large as the output, is kept until they are added.
        keptValues = max(keptValues, waiting, last + most)
        waiting = 2 * last
      } else {
        keptValues = max(keptValues, waiting, most)
        if last > 0 { waiting = last }
      }
    }
  }

  /// - Returns: the number of values kept of its output; 0 if it is not kept.
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
