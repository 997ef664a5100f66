import Datasets
import Images
import Layers
import Models
import Tensors

/// Trains a classifier by the cross-entropy of its logits.
public final class Classification: TrainingTask {
  public let classifier: any ClassifierNetwork

  public init(_ classifier: any ClassifierNetwork) { self.classifier = classifier }

  public var generators: [NamedNetwork] { [NamedNetwork("classifier", classifier)] }

  /// The logits.
  public func translations(of batch: LabelledSample) -> Translations {
    Translations(fakes: [classifier(Tensor(batch.images))])
  }

  public func generatorLosses(
    _ batch: LabelledSample, _ translations: Translations, phase: TrainingPhase.Kind
  ) -> Losses {
    var losses = Losses()
    if let classes = batch.classes {
      losses.add("crossEntropy", crossEntropy(logits: translations.fakes[0], targets: Tensor(classes)))
    }
    return losses
  }

  /// The images by what they are taken for: a row for each class, in the classes' order.
  public func sampleRows(_ batch: LabelledSample) -> [[Image]] {
    let decisions = classifier.decisions(on: batch.images)
    return (0..<classifier.configuration.classes).map { label in
      decisions.indices.filter { decisions[$0] == label }.map { Image(array: batch.images, index: $0) }
    }
  }

  public func sampleImages(_ batch: LabelledSample) -> [SampleImages] { [] }
}

extension ClassifierNetwork {
  /// The class that each of some images belongs to, as this network sees it.
  public func decisions(on images: NDArray) -> [Int] {
    withoutGradients { self(Tensor(images)).value }.largestPlaces
  }
}

extension NDArray {
  /// Of each row of `[N, C]` the place of its largest value.
  var largestPlaces: [Int] {
    let (values, count) = (scalars, shape[1])
    return (0..<shape[0]).map { row in
      (0..<count).max { values[row * count + $0] < values[row * count + $1] } ?? 0
    }
  }
}
