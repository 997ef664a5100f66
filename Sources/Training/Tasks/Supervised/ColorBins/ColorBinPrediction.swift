import Foundation
import Layers
import Models
import Tensors

/// The output is the scores of a `ColorBinNetwork`: a classification among bins, in which rare colours count more, and
/// a guess of a and b.
struct ColorBinPrediction: Prediction {
  private let generator: ColorBinNetwork
  private let targets: ColorBinTargets
  private let guessWeight: Float
  /// The difference of the guess, in its unit, below which its loss is quadratic: 10 of Lab's units.
  private static let threshold: Float = 0.25

  /// Also tells the network how the targets weight the bins, which it needs at use.
  init(_ generator: ColorBinNetwork, targets: ColorBinTargets, guessWeight: Double) {
    self.generator = generator
    self.targets = targets
    self.guessWeight = Float(guessWeight)
    generator.rarity.value = NDArray(targets.classWeights.map { log($0) }, shape: [ColorBins.count])
  }

  func predicted(_ input: Tensor) -> Tensor { generator.scoring(input) }

  func pixelLosses(_ prediction: Tensor, truth: NDArray) -> Losses {
    let scores = ColorBinNetwork.Scores(prediction, of: generator)
    let chroma = withoutGradients { reduced(truth).value }
    let soft = targets.soft(chroma)
    var losses = Losses()
    losses.add(
      "bins", crossEntropy(logits: scores.bins, targets: Tensor(soft.shares), weights: Tensor(soft.weights)))
    let guess = smoothAbsoluteError(
      scores.guess, Tensor(chroma) * (110 / ColorBinNetwork.guessUnit), threshold: Self.threshold)
    losses.add("guess", guess * guessWeight)
    return losses
  }

  func image(_ prediction: Tensor) -> Tensor { enlarged(ColorBinNetwork.Scores(prediction, of: generator).chroma()) }

  /// As coarse as the prediction, so that a discriminator cannot tell the two by that.
  func truth(_ target: NDArray) -> Tensor { enlarged(reduced(target)) }

  private func reduced(_ chroma: NDArray) -> Tensor {
    Tensor(chroma).averagePooled(window: ColorBinNetwork.reduction)
  }

  private func enlarged(_ chroma: Tensor) -> Tensor { chroma.upsampledBilinear(by: ColorBinNetwork.reduction) }
}
