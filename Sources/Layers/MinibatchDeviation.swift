import Tensors

/// Tells a discriminator how much images differ from one another, so that it notices a generator that makes the same ones again
/// and again (minibatch standard deviation, Karras et al. 2018): `[N, …, C] -> [N, …, C + features]`.
///
/// The batch falls into groups. Each further channel has one value for all images of a group: the standard deviation among
/// them, in the mean over all places and the channels of one of `features` equal parts.
public struct MinibatchDeviation: Layer {
  /// How many images a group has. Image i is with those whose places differ from i by multiples of the number of groups.
  ///
  /// Of a batch that does not fall into such groups, they have the next smaller number of images that divides it.
  public let groupSize: Int
  /// How many channels are added; the channels of the input must be a multiple.
  public let features: Int

  /// StyleGAN2's (Karras et al. 2020) by default.
  public init(groupSize: Int = 4, features: Int = 1) {
    precondition(groupSize > 0 && features > 0, "groups of \(groupSize) images with \(features) features")
    (self.groupSize, self.features) = (groupSize, features)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let (count, channels) = (input.shape[0], input.shape[-1])
    precondition(channels % features == 0, "\(channels) channels do not fall into \(features) parts")
    let size = (1...min(groupSize, count)).last { count.isMultiple(of: $0) } ?? 1
    let (groups, places) = (count / size, input.shape.count / count / channels)
    let parts = input.reshaped(to: [size, groups, places, features, channels / features])
    let distances = parts - parts.mean(axes: [0], keepingDimensions: true)
    // Never exactly 0, where a root has no slope.
    let deviations = (distances.squared().mean(axes: [0]) + 1e-8).squareRoot()
    let means = deviations.mean(axes: [3]).mean(axes: [1], keepingDimensions: true)
    let further = means.broadcast(to: [size, groups, places, features])
    let shape = Shape(Array(input.shape.dimensions.dropLast()) + [features])
    return concatenated([input, further.reshaped(to: shape)], axis: input.shape.rank - 1)
  }
}
