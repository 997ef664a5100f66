import Layers
import Tensors

/// Losses by name, each a tensor of one value that already includes its weight, and what else a step measures.
public struct Losses {
  public private(set) var terms: [(name: String, value: Tensor)] = []
  /// Constants of one value each, which are reported and watched but not learnt from.
  public private(set) var measures: [(name: String, value: Tensor)] = []

  public init() {}

  public mutating func add(_ name: String, _ value: Tensor) { terms.append((name, value)) }

  /// Names are unique within a step, and the same at every step of a phase.
  public mutating func measure(_ name: String, _ value: Tensor) { measures.append((name, value.detached)) }

  public var total: Tensor {
    terms.dropFirst().reduce(terms.first?.value ?? Tensor(0)) { $0 + $1.value }
  }
}

extension Losses {
  /// A discriminator's loss by its logits on real and fake images, and measures of how it judges them, which watches
  /// need.
  ///
  /// Wasserstein's critics tell any images apart, and are none the worse for it: of them there are no shares that are right.
  ///
  /// - Parameters:
  ///   - name: the discriminator's, also the loss's.
  ///   - smoothing: what the target of real images is lowered by.
  public mutating func addDiscriminator(
    _ name: String, _ loss: AdversarialLoss, real: Tensor, fake: Tensor, smoothing: Float = 0, weight: Float = 1
  ) {
    add(name, loss.discriminator(real: real, fake: fake, smoothing: smoothing) * weight)
    withoutGradients {
      let (real, fake) = (real.detached, fake.detached)
      if loss != .wasserstein {
        let accuracies = loss.accuracies(real: real, fake: fake)
        measure(NetworkMeasure.realAccuracy.name(of: name), accuracies.real)
        measure(NetworkMeasure.fakeAccuracy.name(of: name), accuracies.fake)
      }
      measure(NetworkMeasure.realScore.name(of: name), real.mean())
      measure(NetworkMeasure.fakeScore.name(of: name), fake.mean())
    }
  }
}

/// What is measured of a network at every step, under a name such as `discriminatorA.realAccuracy`.
public enum NetworkMeasure: String, Sendable, CaseIterable {
  /// The share of a discriminator's logits on real images that are on the right side, 0...1.
  case realAccuracy
  /// The same on fakes.
  case fakeAccuracy
  /// A discriminator's mean logit on real images.
  case realScore
  /// The same on fakes.
  case fakeScore
  /// The L2 norm of all of a network's gradients together, before they are clipped.
  case gradientNorm

  public func name(of network: String) -> String { "\(network).\(rawValue)" }
}
