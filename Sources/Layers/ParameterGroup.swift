/// Parameters that an optimiser treats alike, such as those of a part of a network.
public struct ParameterGroup {
  public let parameters: [Parameter]
  /// What the learning rate is multiplied by.
  public let rateFactor: Double
  /// The share of its value that a parameter loses in each step, as a multiple of the group's learning rate.
  public let weightDecay: Double
  /// Whether the optimiser leaves the parameters alone, and needs no gradients of them.
  public let isFrozen: Bool

  public init(
    _ parameters: [Parameter], rateFactor: Double = 1, weightDecay: Double = 0, isFrozen: Bool = false
  ) {
    self.parameters = parameters
    self.rateFactor = rateFactor
    self.weightDecay = weightDecay
    self.isFrozen = isFrozen
  }
}
