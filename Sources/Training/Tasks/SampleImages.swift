import Images

/// A generator's outputs for a few images, beside what watches compare them with.
public struct SampleImages {
  /// Real images of the domain that the outputs should belong to.
  public enum Reference {
    case none
    /// Unrelated to the inputs.
    case domain([Image])
    /// What each output should be.
    case truths([Image])
  }

  /// As in checkpoints.
  public let generator: String
  public let inputs: [Image]
  /// One for each input.
  public let outputs: [Image]
  public let reference: Reference

  public init(of generator: String, inputs: [Image], outputs: [Image], reference: Reference = .none) {
    self.generator = generator
    self.inputs = inputs
    self.outputs = outputs
    self.reference = reference
  }

  /// Of the target domain if there are any, otherwise the inputs.
  var real: [Image] {
    switch reference {
    case .none: inputs
    case .domain(let images), .truths(let images): images
    }
  }
}
