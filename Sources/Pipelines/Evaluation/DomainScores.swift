import Images

/// How alike a set of images and a reference look, without pairs. All distances are 0 for the same distribution, and
/// the larger, the less alike.
public struct DomainScores: Sendable, Equatable {
  /// KID over random subsets of both sets.
  public struct SubsetKernelDistance: Sendable, Equatable {
    public let mean: Double
    public let deviation: Double
  }

  /// The number of images, and of those that they are compared with.
  public let images: Int, references: Int
  /// KID of all images (Binkowski et al. 2018); nil without a network or with one image only. As it is without bias, it
  /// may be a little below 0.
  public var kernelDistance: Double?
  /// Nil without a network or where a set has fewer than 1,000 images.
  public var subsetKernelDistance: SubsetKernelDistance?
  /// FID (Heusel et al. 2017); nil without a network or with one image only.
  public var frechetDistance: Double?
  /// The share of the images that lie among the references by a network's features (Kynkäänniemi et al. 2019), and the share of
  /// the references that lie among the images, in 0...1; nil without a network or with fewer than 4 images.
  public var precision: Double?, recall: Double?
  /// The images' inception score (Salimans et al. 2016); nil without a classifier.
  public var inceptionScore: Double?
  /// The sliced Wasserstein distances of patches at the scales `ImageSetSample.sides`, in thousandths of the
  /// reference's standard deviations.
  public var textures: [Double] = []
  /// The same of colours.
  public var palette = 0.0
  /// How much of the inputs' structure was kept; nil where there are no inputs.
  public var structure: KeptStructure?

  init(images: Int, references: Int) {
    (self.images, self.references) = (images, references)
  }

  /// The mean over the scales.
  public var texture: Double { textures.reduce(0, +) / Double(max(1, textures.count)) }

  /// Texture and palette together, for judging without a network.
  public var appearance: Double { texture + palette }

  /// Whether there are too few images for FID to mean anything but beside others of the same sets.
  public var isFrechetDistanceUnreliable: Bool {
    frechetDistance != nil && min(images, references) < FeatureSet.fewestForFrechetDistance
  }
}
