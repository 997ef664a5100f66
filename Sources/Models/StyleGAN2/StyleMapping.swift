import Layers
import Tensors

/// Makes styles of noise, and of the class that is asked for: `[N, noise + classes] -> [N, style]`.
public struct StyleMapping: Layer {
  /// Of the class; nil without classes.
  public let embedding: EqualizedLinear?
  public let layers: [EqualizedLinear]
  /// Of the styles, `[style]`, over the training.
  public let mean: RunningStatistic
  private let noise: Int

  private static let rate: Float = 0.01
  /// The weight of the newest batch in the mean.
  private static let newestShare: Float = 0.005

  init(_ configuration: StyleGAN2Generator.Configuration) {
    let (noise, style, classes) = (configuration.noise, configuration.style, configuration.classes)
    self.noise = noise
    embedding = classes > 0 ? EqualizedLinear(classes, style) : nil
    layers = (0..<configuration.mappingLayers).map { layer in
      EqualizedLinear(layer > 0 ? style : noise + (classes > 0 ? style : 0), style, rate: Self.rate)
    }
    mean = RunningStatistic(repeating: 0, shape: [style])
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    var x = input
    if let embedding {
      let wanted = embedding(input.sliced(axis: 1, range: noise..<input.shape[1]))
      x = concatenated(
        [input.sliced(axis: 1, range: 0..<noise).normalizedRows(), wanted.normalizedRows()], axis: 1)
    } else {
      x = x.normalizedRows()
    }
    for layer in layers { x = layer(x).scaledLeakyRectified() }
    return x
  }

  func gatherMean(of styles: Tensor) {
    guard let context = TrainingContext.current, !context.isRepeating else { return }
    let share = context.statisticsShare ?? Self.newestShare
    withoutGradients {
      mean.value = (Tensor(mean.value) * (1 - share) + styles.detached.mean(axes: [0]) * share).value
    }
  }
}
