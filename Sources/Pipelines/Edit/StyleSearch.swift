import Checkpoints
import Foundation
import Images
import Layers
import Models
import Tensors

/// Finds the style of which a generator makes nearly a given image (Karras et al. 2020, appendix D), by going down the slope of
/// a difference. The noise inputs are left as they are.
public struct StyleSearch {
  public enum Space: String, Sendable, CaseIterable {
    /// One style for all layers: edits work best.
    case w
    /// One for each layer: closer to the image.
    case wPlus = "w+"
  }

  private let space: Space
  private let steps: Int
  private let recogniser: VGGFeatures?

  private static let learningRate = 0.1
  /// The shares of the steps in which the rate rises and falls, and random changes of the style are tried.
  private static let rise = 0.05, fall = 0.25, exploration = 0.75
  private static let explorationSize: Float = 0.05
  /// The side of the smallest of the sizes at which pixels are compared.
  private static let smallestSide = 4

  /// - Parameter features: the file of a VGG16 or VGG19 by whose features images are compared as well; nil for pixels alone.
  ///
  /// Throws `CheckpointError`.
  public init(space: Space = .w, steps: Int, features: URL? = nil) throws {
    (self.space, self.steps) = (space, steps)
    recogniser = try features.map { try VGGFeatures(contentsOf: $0, layers: .realESRGAN) }
  }

  /// - Parameters:
  ///   - image: of any size: the largest square in its middle is taken.
  ///   - body: is given the steps taken and the difference; ends the search by returning false.
  /// - Returns: the style, `[1, styles, style]`, and the mean squared difference of its image from `image`, in 0...1.
  public func style(
    of image: Image, by editor: StyleEditor, _ body: (_ step: Int, _ difference: Float) -> Bool = { _, _ in true }
  ) -> (style: NDArray, error: Float) {
    let network = editor.network
    let configuration = network.configuration
    let square = FeatureView.centered(side: configuration.size).square(of: image.laidOnWhite())
    let target = Tensor(square.array(channels: configuration.outputChannels))
    let seen = recogniser.map { recogniser in withoutGradients { recogniser.features(Self.unit(target)) } }
    let (start, spread) = withoutGradients { Self.start(network, editor) }
    let style = Parameter(space == .w ? start.value : network.repeated(start).value, role: .weight)
    func styles(_ style: Tensor) -> Tensor { space == .w ? network.repeated(style) : style }
    let optimizer = Adam([style])
    for step in 0..<steps {
      let share = Double(step) / Double(steps)
      let tried = style.tensor + Tensor(Self.change(style.shape, spread, share, step))
      let made = network.images(ofStyles: styles(tried))
      var difference = Self.pixelDifference(made, target)
      if let recogniser, let seen { difference = difference + Self.featureDifference(recogniser, made, seen) }
      let slopes = gradients(of: difference, withRespectTo: [style], releasingGraph: true)
      optimizer.step(slopes, learningRate: Self.rate(share))
      guard body(step + 1, difference.value.scalars[0]) else { break }
    }
    return withoutGradients {
      let found = styles(style.tensor)
      let error = (network.images(ofStyles: found).clamped(to: -1...1) - target).squared().mean() * 0.25
      return (found.value, error.value.scalars[0])
    }
  }

  /// The mean style, `[1, style]`, and the standard deviation of styles.
  private static func start(_ network: any StyledNetwork, _ editor: StyleEditor) -> (style: Tensor, spread: Float) {
    let count = max(1, editor.classes.count)
    let styles = editor.styles(StyleDirection.samples) { $0 % count }
    let mean = styles.mean(axes: [0], keepingDimensions: true)
    let variance = (styles - mean).squared().sum() * (1 / Float(styles.shape[0]))
    return (mean, variance.squareRoot().value.scalars[0])
  }

  /// What is added to the style in a step, less and less.
  private static func change(_ shape: Shape, _ spread: Float, _ share: Double, _ step: Int) -> NDArray {
    let left = Float(max(0, 1 - share / exploration))
    let size = explorationSize * spread * left * left
    let random = Random(seed: 0, purpose: "edit.search", step: step)
    return NDArray((0..<shape.count).map { size * random.normal(at: $0) }, shape: shape)
  }

  private static func rate(_ share: Double) -> Double {
    let falling = 0.5 - 0.5 * cos(min(1, (1 - share) / fall) * .pi)
    return learningRate * falling * min(1, (share + 1e-3) / rise)
  }

  /// The mean squared difference at the images' size and each half of it.
  private static func pixelDifference(_ made: Tensor, _ target: Tensor) -> Tensor {
    var (difference, sum) = (made - target, Tensor(0))
    while true {
      sum = sum + difference.squared().mean()
      guard difference.shape[1] >= 2 * smallestSide else { return sum }
      difference = difference.averagePooled(window: 2)
    }
  }

  private static func featureDifference(_ recogniser: VGGFeatures, _ made: Tensor, _ seen: [Tensor]) -> Tensor {
    let layers = zip(recogniser.layerNames, zip(recogniser.features(unit(made)), seen))
    return layers.reduce(Tensor(0)) { sum, layer in
      let weight = recogniser.configuration.weights[layer.0] ?? 0
      return sum + (layer.1.0 - layer.1.1).absoluteValue().mean() * weight
    }
  }

  /// As a classifier sees images: three channels in 0...1.
  private static func unit(_ images: Tensor) -> Tensor {
    let colors =
      images.shape[3] == 1
      ? images.broadcast(to: Shape(images.shape.dimensions.dropLast() + [3])) : images
    return colors * 0.5 + 0.5
  }
}
