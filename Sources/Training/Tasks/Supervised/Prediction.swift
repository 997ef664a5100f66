import Models
import Tensors

/// How a generator's output is compared with the truth, which is given as an image `[N, H, W, channels]`.
public protocol Prediction {
  /// What the losses are of: an image, or scores from which one can be made.
  func predicted(_ input: Tensor) -> Tensor
  /// The losses of a prediction by itself, without a discriminator.
  func pixelLosses(_ prediction: Tensor, truth: NDArray) -> Losses
  /// The image that a discriminator and a feature loss see.
  func image(_ prediction: Tensor) -> Tensor
  /// The truth that they compare it with, at the image's resolution.
  func truth(_ target: NDArray) -> Tensor
}

/// The output is the image.
struct ImagePrediction: Prediction {
  private let generator: any GeneratorNetwork
  private let loss: Recipe.PixelLoss

  init(_ generator: any GeneratorNetwork, loss: Recipe.PixelLoss) {
    self.generator = generator
    self.loss = loss
  }

  func predicted(_ input: Tensor) -> Tensor { generator(input) }

  func pixelLosses(_ prediction: Tensor, truth: NDArray) -> Losses {
    var losses = Losses()
    losses.add("pixel", loss(prediction, Tensor(truth)))
    return losses
  }

  func image(_ prediction: Tensor) -> Tensor { prediction }
  func truth(_ target: NDArray) -> Tensor { Tensor(target) }
}
