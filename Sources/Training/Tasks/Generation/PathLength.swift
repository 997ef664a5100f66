import Layers
import Models
import Tensors

/// The penalty on path lengths (Karras et al. 2020): how far images move with their styles should be the same everywhere and in
/// every direction. What it should be is the mean of what it was.
struct PathLength: Layer {
  /// One value.
  let mean = RunningStatistic(repeating: 0, shape: [1])

  /// The weight of the newest lengths in the mean.
  private static let newestShare: Float = 0.01

  /// - Parameter lengths: of some images, `[N]`.
  /// - Returns: the mean of their squared distances from the mean, in which they count.
  func callAsFunction(_ lengths: Tensor) -> Tensor {
    let newest = Tensor(mean.value) * (1 - Self.newestShare) + lengths.mean() * Self.newestShare
    if let context = TrainingContext.current, !context.isRepeating { mean.value = newest.value }
    return (lengths - newest).squared().mean()
  }
}

extension StyledNetwork {
  /// How far images move with their styles in a random direction of pixels, `[N / 2]`, of the first half of a batch, which saves memory.
  func pathLengths(_ noise: NDArray, _ classes: NDArray?, _ context: TrainingContext) -> Tensor {
    let count = (noise.shape[0] + 1) / 2
    let styles = repeated(style(of: input(of: noise, classes: classes).sliced(axis: 0, range: 0..<count)))
    let images = images(ofStyles: styles)
    let random = context.random(for: "pathLength")
    let values = images.shape.count / count
    let first = context.firstImage * values
    let scale = 1 / Float(images.shape[1] * images.shape[2]).squareRoot()
    let direction = NDArray(
      (0..<images.shape.count).map { scale * random.normal(at: first + $0) }, shape: images.shape)
    let slopes = gradients(of: (images * Tensor(direction)).sum(), withRespectTo: [styles], differentiable: true)[0]
    // Never exactly 0, where a root has no slope.
    return (slopes.squared().sum(axes: [2]).mean(axes: [1]) + 1e-12).squareRoot()
  }
}
