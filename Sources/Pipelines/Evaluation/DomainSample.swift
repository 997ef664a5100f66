import Images
import Models
import Tensors

/// What is kept of the images of a domain to measure how alike two domains look.
public struct DomainSample {
  public let network: (any FeatureNetwork)?
  private(set) var images: ImageSetSample
  /// Nil without a network.
  private(set) var features: FeatureSet?

  /// - Parameters:
  ///   - count: about how many images there will be.
  ///   - network: by whose features they are compared, if any.
  public init(count: Int, network: (any FeatureNetwork)? = nil) {
    images = ImageSetSample(images: count)
    self.network = network
  }

  public var count: Int { images.count }

  /// Takes an image of any size.
  public mutating func add(_ image: Image) {
    images.add(image)
    guard let network else { return }
    let found = network.features(of: image)
    var set = features ?? FeatureSet(dimension: found.count)
    set.append(found)
    features = set
  }
}

/// A domain that others are compared with; made once, since its part of the work is the same for all of them.
public struct DomainReference {
  private let sample: DomainSample
  private let images: ImageSetReference

  /// - Parameter sample: of at least one image.
  public init(_ sample: DomainSample) {
    self.sample = sample
    images = ImageSetReference(sample.images)
  }

  public var network: (any FeatureNetwork)? { sample.network }

  /// The scores of at least one image, all of the reference's network if it has one. What is slow, or says little of
  /// few images, is left to `completeScores`.
  public func scores(of other: DomainSample, structures: [KeptStructure] = []) -> DomainScores {
    var scores = DomainScores(images: other.count, references: sample.count)
    scores.textures = images.textureDistances(to: other.images)
    scores.palette = images.paletteDistance(to: other.images)
    if let features = other.features, let reference = sample.features {
      scores.kernelDistance = features.kernelDistance(to: reference)
      let shares = features.precisionAndRecall(beside: reference)
      (scores.precision, scores.recall) = (shares?.precision, shares?.recall)
      scores.inceptionScore = withoutGradients { network?.probabilities(ofFeatures: Tensor(features.array)) }
        .map { FeatureSet.inceptionScore(of: $0.value) }
    }
    if !structures.isEmpty { scores.structure = .mean(of: structures) }
    return scores
  }

  /// With FID, and KID over subsets.
  public func completeScores(of other: DomainSample, structures: [KeptStructure] = []) -> DomainScores {
    var scores = scores(of: other, structures: structures)
    if let features = other.features, let reference = sample.features {
      scores.frechetDistance = features.frechetDistance(to: reference)
      scores.subsetKernelDistance = features.kernelDistances(to: reference).map {
        DomainScores.SubsetKernelDistance(mean: $0.mean, deviation: $0.deviation)
      }
    }
    return scores
  }
}
