import Tensors

/// Adam (Kingma and Ba 2015) over a fixed list of parameters; with weight decay, AdamW (Loshchilov and Hutter 2019).
public final class Adam {
  /// Of all groups, one after the other.
  public let parameters: [Parameter]
  /// Those that are not frozen, in the same order: what gradients are taken of.
  public var learningParameters: [Parameter] { learning.map { parameters[$0] } }

  private let groups: [ParameterGroup]
  /// For each parameter the place of its group.
  private let groupPlaces: [Int]
  /// The places of parameters that are not frozen.
  private let learning: [Int]
  private let beta1: Double, beta2: Double, epsilon: Double

  /// What a checkpoint must hold besides the parameters.
  public struct State: Sendable {
    public var step: Int
    /// One per parameter, in their order, the frozen ones' too, which may learn later.
    public var firstMoments: [NDArray]
    public var secondMoments: [NDArray]

    public init(step: Int, firstMoments: [NDArray], secondMoments: [NDArray]) {
      self.step = step
      self.firstMoments = firstMoments
      self.secondMoments = secondMoments
    }
  }

  // Separate properties rather than a `State`, because an update accesses one of each exclusively at the same time.
  private var stepCount = 0
  private var firstMoments: [NDArray]
  private var secondMoments: [NDArray]

  /// - Parameter weightDecay: decoupled weight decay: each step first multiplies every parameter by
  ///   `1 - learningRate * weightDecay`.
  public convenience init(
    _ parameters: [Parameter], beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 0
  ) {
    self.init(
      groups: [ParameterGroup(parameters, weightDecay: weightDecay)], beta1: beta1, beta2: beta2, epsilon: epsilon)
  }

  /// - Parameter groups: no parameter is in two of them.
  public init(groups: [ParameterGroup], beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
    parameters = groups.flatMap(\.parameters)
    precondition(
      Set(parameters.map { ObjectIdentifier($0) }).count == parameters.count, "a parameter is in two groups, or twice")
    groupPlaces = groups.enumerated().flatMap { place, group in group.parameters.map { _ in place } }
    learning = groupPlaces.indices.filter { [groupPlaces] in !groups[groupPlaces[$0]].isFrozen }
    self.groups = groups
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    firstMoments = parameters.map { NDArray(repeating: 0, shape: $0.value.shape) }
    secondMoments = firstMoments
  }

  public var state: State {
    State(step: stepCount, firstMoments: firstMoments, secondMoments: secondMoments)
  }

  /// Continues from a state, whose moments must have the parameters' shapes.
  public func restore(_ state: State) {
    let shapes = parameters.map(\.value.shape)
    precondition(
      state.firstMoments.map(\.shape) == shapes && state.secondMoments.map(\.shape) == shapes,
      "the optimiser's state does not fit parameters of shapes \(shapes)")
    stepCount = state.step
    firstMoments = state.firstMoments
    secondMoments = state.secondMoments
  }

  /// - Parameter gradients: one per parameter that is not frozen, in their order and shapes.
  public func step(_ gradients: [Tensor], learningRate: Double) {
    precondition(
      gradients.map(\.shape) == learningParameters.map(\.value.shape),
      "gradients of shapes \(gradients.map(\.shape)) for parameters of shapes \(learningParameters.map(\.value.shape))")
    stepCount += 1
    let settings = groups.map { group in
      AdamSettings(
        learningRate: learningRate * group.rateFactor, beta1: beta1, beta2: beta2, epsilon: epsilon,
        weightDecay: group.weightDecay, step: stepCount)
    }
    // Reads four arrays, writes three.
    let cost = Cost(values: 7 * gradients.reduce(0) { $0 + $1.shape.count })
    Profile.measure("Adam", cost: cost) { update(gradients, settings) }
  }

  /// - Parameter settings: one per group.
  private func update(_ gradients: [Tensor], _ settings: [AdamSettings]) {
    var updates = AdamUpdates()
    for (gradient, index) in zip(gradients, learning) {
      parameters[index].update { value in
        updates.add(
          &value, gradient: gradient.value, firstMoment: &firstMoments[index], secondMoment: &secondMoments[index],
          settings[groupPlaces[index]])
      }
    }
    updates.apply()
  }
}
