import Foundation
import Tensors

extension FeatureSet {
  /// The inception score (Salimans et al. 2016) of images whose classes have these probabilities: the exponential of the mean
  /// divergence of an image's probabilities from those of all. From 1, where all images are alike or none is of any class, up to
  /// the number of classes.
  ///
  /// - Parameter probabilities: `[N, classes]`, at least one image.
  public static func inceptionScore(of probabilities: NDArray) -> Double {
    let (values, count, classes) = (probabilities.scalars, probabilities.shape[0], probabilities.shape[1])
    var means = Array(repeating: 0.0, count: classes)
    for (place, value) in values.enumerated() { means[place % classes] += Double(value) / Double(count) }
    let divergence = values.enumerated().reduce(0.0) { sum, entry in
      let probability = Double(entry.element)
      guard probability > 0 else { return sum }
      return sum + probability * (log(probability) - log(means[entry.offset % classes]))
    }
    return exp(divergence / Double(count))
  }
}
