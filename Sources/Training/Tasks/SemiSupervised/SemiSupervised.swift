import Datasets
import Images
import Layers
import Models
import Tensors

/// Trains a classifier on few labels and many images without, against a generator (Salimans et al. 2016).
///
/// Made images are a class more, whose logit is 0 by definition: an image is real as far as the other classes' logits exceed it
/// together. The generator learns to match what the classifier sees of real images, in the mean over a batch.
public final class SemiSupervised: TrainingTask {
  public let classifier: any ClassifierNetwork
  public let maker: any SynthesisNetwork
  private let unlabelledWeight: Float

  /// - Parameter unlabelledWeight: of telling images without labels from made ones; with 0, only labels teach the classifier.
  public init(_ classifier: any ClassifierNetwork, _ maker: any SynthesisNetwork, unlabelledWeight: Double) {
    (self.classifier, self.maker, self.unlabelledWeight) = (classifier, maker, Float(unlabelledWeight))
  }

  public var generators: [NamedNetwork] { [NamedNetwork("generator", maker)] }
  public var discriminators: [NamedNetwork] { [NamedNetwork("classifier", classifier)] }
  public var discriminatorsLead: Bool { true }

  public func translations(of batch: SemiSupervisedBatch) -> Translations {
    Translations(fakes: [maker.images(of: batch.noise, classes: nil)])
  }

  /// Feature matching.
  public func generatorLosses(
    _ batch: SemiSupervisedBatch, _ translations: Translations, phase: TrainingPhase.Kind
  ) -> Losses {
    func features(_ images: Tensor) -> Tensor {
      classifier.pooledFeatures(of: images * 0.5 + 0.5).mean(axes: [0])
    }
    var losses = Losses()
    let real = withoutGradients { features(Tensor(batch.unlabelled)) }
    losses.add("adversarialFeatures", meanSquaredError(features(translations.fakes[0]), real))
    return losses
  }

  public func discriminatorLosses(_ batch: SemiSupervisedBatch, fakes: [Tensor], step: Int) -> Losses {
    var losses = Losses()
    if let classes = batch.labelled.classes {
      losses.add(
        "crossEntropy", crossEntropy(logits: classifier(Tensor(batch.labelled.images)), targets: Tensor(classes)))
    }
    guard unlabelledWeight > 0 else { return losses }
    losses.addDiscriminator(
      "classifier", .vanilla, real: realness(Tensor(batch.unlabelled)), fake: realness(fakes[0]),
      weight: unlabelledWeight)
    return losses
  }

  /// The logit of an image being of any class rather than made, `[N, 1]`: the logarithm of the sum of the logits' exponentials.
  private func realness(_ images: Tensor) -> Tensor {
    let logits = classifier(images)
    // The same in each column.
    return (logits - logits.logSoftmax()).sliced(axis: 1, range: 0..<1)
  }

  private static let rowLength = 8

  /// Made images.
  public func sampleRows(_ batch: SemiSupervisedBatch) -> [[Image]] {
    let made = withoutGradients { translations(of: batch).fakes[0].value }
    return stride(from: 0, to: made.shape[0], by: Self.rowLength).map { start in
      (start..<min(made.shape[0], start + Self.rowLength)).map { Image(array: made, index: $0) }
    }
  }

  /// Made images beside as many real ones, from which they should differ no less than these from one another.
  public func sampleImages(_ batch: SemiSupervisedBatch) -> [SampleImages] {
    func images(_ array: NDArray) -> [Image] { (0..<array.shape[0]).map { Image(array: array, index: $0) } }
    let made = withoutGradients { translations(of: batch).fakes[0].value }
    return [SampleImages(of: "generator", inputs: images(batch.unlabelled), outputs: images(made))]
  }
}
