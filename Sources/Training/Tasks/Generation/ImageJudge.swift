import Models
import Tensors

/// A discriminator with what it is told of an image's class.
struct ImageJudge {
  let network: any WholeDiscriminator
  let condition: Recipe.Condition
  /// The number of classes; 0 for none.
  let classes: Int

  /// How many channels it sees more than those of images.
  static func furtherChannels(_ condition: Recipe.Condition, classes: Int) -> Int { condition == .label ? classes : 0 }

  /// How many values it gives for an image.
  static func outputs(_ condition: Recipe.Condition, classes: Int, generators: Int) -> Int {
    if generators > 1 { return generators + 1 }
    return condition == .projection || condition == .auxiliary ? 1 + classes : 1
  }

  /// All that the network gives, `[N, outputs]`.
  func outputs(_ images: Tensor, _ classes: Tensor?) -> Tensor {
    guard condition == .label, let classes else { return network(images) }
    let shape = images.shape
    let maps = classes.reshaped(to: [shape[0], 1, 1, classes.shape[1]])
      .broadcast(to: [shape[0], shape[1], shape[2], classes.shape[1]])
    return network(concatenated([images, maps], axis: 3))
  }

  /// Whether images are real, `[N, 1]`, from all that the network gives. With projection, a class has a value of its own,
  /// which is its embedding's product with the features that the last layer sees.
  func verdict(_ outputs: Tensor, _ classes: Tensor?) -> Tensor {
    guard outputs.shape[1] > 1 else { return outputs }
    let verdict = outputs.sliced(axis: 1, range: 0..<1)
    guard condition == .projection, let classes else { return verdict }
    return verdict + (classLogits(outputs) * classes).sum(axes: [1], keepingDimensions: true)
  }

  /// Of an auxiliary classifier, `[N, classes]`.
  func classLogits(_ outputs: Tensor) -> Tensor { outputs.sliced(axis: 1, range: 1..<1 + classes) }
}
