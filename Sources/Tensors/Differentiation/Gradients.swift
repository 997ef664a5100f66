/// The gradients of a one-value tensor with respect to `tensors`, in their order and shapes.
///
/// Gradients are only computed along paths to these tensors. A tensor that the result does not depend on gets zeros.
///
/// - Parameter differentiable: whether the gradients' own computation is recorded, for second derivatives. If not,
///   operations may use fused gradients, which are faster.
/// - Parameter releasingGraph: whether to free each operation's inputs as soon as its gradients are known, which lowers
///   peak memory. No further gradients can then be taken through these operations, so it excludes `differentiable`.
public func gradients(
  of result: Tensor, withRespectTo tensors: [Tensor], differentiable: Bool = false, releasingGraph: Bool = false
) -> [Tensor] {
  precondition(result.shape.count == 1, "gradients need one value, not a tensor of shape \(result.shape)")
  precondition(
    !(differentiable && releasingGraph), "`differentiable` gradients need the graph that `releasingGraph` would free")
  return GradientMode.$isRecording.withValue(differentiable) {
    let one = Tensor(NDArray(repeating: 1, shape: result.shape))
    return backpropagated(one, through: result, to: tensors, releasingGraph: releasingGraph)
  }
}

/// One step back in the middle of a network: the gradients with respect to `tensors`, given a loss's gradient with respect
/// to `result`, of the same shape.
package func gradients(from outputGradient: Tensor, at result: Tensor, withRespectTo tensors: [Tensor]) -> [Tensor] {
  precondition(
    outputGradient.shape == result.shape, "a gradient of \(outputGradient.shape) for a result of \(result.shape)")
  return GradientMode.$isRecording.withValue(false) {
    backpropagated(outputGradient, through: result, to: tensors, releasingGraph: false)
  }
}

private func backpropagated(
  _ outputGradient: Tensor, through result: Tensor, to tensors: [Tensor], releasingGraph: Bool
) -> [Tensor] {
  var walk = BackwardWalk(from: result, outputGradient: outputGradient, to: tensors)
  walk.run(releasing: releasingGraph)
  return tensors.map { walk.gradient(of: $0) }
}

/// Backpropagates a result's gradient through the graph to tensors that it was computed from.
struct BackwardWalk {
  private var gradients: [ObjectIdentifier: Tensor] = [:]
  private let targets: Set<ObjectIdentifier>
  /// The nodes between the result and the targets, latest first.
  private let path: [Node]
  /// The targets, and the nodes that depend on them.
  private let dependents: Set<ObjectIdentifier>

  /// - Parameter boundary: the tensors at which the walk stops; nil to stop only at the graph's leaves.
  init(from result: Tensor, outputGradient: Tensor, to tensors: [Tensor], boundary: Boundary? = nil) {
    let targets = Set(
      tensors.map { tensor in
        guard let node = tensor.node else { preconditionFailure("a constant has no gradient; use Tensor(variable:)") }
        return ObjectIdentifier(node)
      })
    var dependents = Set<ObjectIdentifier>()
    var path: [Node] = []
    for node in Self.nodes(below: result, boundary).sorted(by: { $0.order < $1.order }) {
      let isTarget = targets.contains(ObjectIdentifier(node))
      let isOnBoundary = boundary?.contains(node) ?? false
      let dependsOnTarget =
        !isOnBoundary && node.inputs.contains { $0.node.map { dependents.contains(ObjectIdentifier($0)) } ?? false }
      guard isTarget || dependsOnTarget else { continue }
      dependents.insert(ObjectIdentifier(node))
      if dependsOnTarget { path.append(node) }
    }
    self.targets = targets
    self.dependents = dependents
    self.path = path.reversed()
    if let node = result.node { gradients[ObjectIdentifier(node)] = outputGradient }
  }

  private static func nodes(below result: Tensor, _ boundary: Boundary?) -> [Node] {
    var seen = Set<ObjectIdentifier>()
    var found: [Node] = []
    var waiting = [result.node].compactMap { $0 }
    while let node = waiting.popLast() {
      guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
      precondition(
        !node.isReleased,
        "gradients have been taken through this graph with `releasingGraph: true`; leave that out for all but the last")
      found.append(node)
      if boundary?.contains(node) ?? false { continue }
      waiting.append(contentsOf: node.inputs.compactMap(\.node))
    }
    return found
  }

  mutating func run(releasing: Bool) {
    for node in path {
      defer { if releasing { node.release() } }
      let key = ObjectIdentifier(node)
      guard let operation = node.operation, let gradient = gradients[key] else { continue }
      if !targets.contains(key) { gradients[key] = nil }
      let needs = node.inputs.map { $0.node.map { dependents.contains(ObjectIdentifier($0)) } ?? false }
      let inputGradients = operation.observedGradients(gradient, Call(node: node, needs: needs))
      for (index, input) in node.inputs.enumerated() where needs[index] {
        guard let inputNode = input.node, let contribution = inputGradients[index] else { continue }
        precondition(
          contribution.shape == input.shape,
          "\(type(of: operation)): gradient of shape \(contribution.shape) for an input of shape \(input.shape)")
        add(contribution, to: ObjectIdentifier(inputNode))
      }
    }
  }

  private mutating func add(_ contribution: Tensor, to key: ObjectIdentifier) {
    guard let sum = gradients.removeValue(forKey: key) else {
      gradients[key] = contribution
      return
    }
    gradients[key] = GradientMode.isRecording ? sum + contribution : Self.accumulated(sum, contribution)
  }

  /// The sum, computed in place in the first tensor's memory if nothing else holds it.
  private static func accumulated(_ sum: consuming Tensor, _ contribution: Tensor) -> Tensor {
    let cost = Cost(values: 3 * sum.shape.count)
    var total = sum.takeValue()
    Profile.measure("Gradient accumulation", cost: cost) { total.accumulate(contribution.value) }
    return Tensor(total)
  }

  func gradient(of tensor: Tensor) -> Tensor {
    tensor.node.flatMap { gradients[ObjectIdentifier($0)] } ?? Tensor(NDArray(repeating: 0, shape: tensor.shape))
  }
}

/// The tensors at which a part of a graph begins.
struct Boundary {
  private let nodes: Set<ObjectIdentifier>
  private let start: UInt64

  /// - Parameter start: a creation order that only this part's nodes exceed.
  init(_ tensors: [Tensor], madeBefore start: UInt64) {
    nodes = Set(tensors.compactMap { $0.node.map { ObjectIdentifier($0) } })
    self.start = start
  }

  func contains(_ node: Node) -> Bool {
    let isNamed = nodes.contains(ObjectIdentifier(node))
    precondition(
      isNamed || node.order > start,
      "a recomputed body uses a tensor with gradients that is neither its input nor among its parameters")
    return isNamed
  }
}

extension Tensor {
  fileprivate consuming func takeValue() -> NDArray { value }
}
