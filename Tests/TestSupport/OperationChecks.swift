import Tensors
import Testing

/// The attributes that golden cases of all operations have; each family of operations has further ones.
private struct CommonAttributes: Decodable {
  var inputs: [String]
  var constants: [String]
  var second: Bool
  var step: Float?
  var differences: Bool?
}

/// Checks an operation against a golden case: its value, its gradients with and without fused backward kernels, second
/// derivatives through a gradient penalty, and central differences.
///
/// - Parameter tolerance: relative to each tensor's largest magnitude.
public func checkOperation(
  _ golden: GoldenCase, tolerance: Float = 1e-5, sourceLocation: SourceLocation = #_sourceLocation,
  _ operation: ([String: Tensor]) -> Tensor
) throws {
  let attributes = try golden.attributes(CommonAttributes.self)
  var inputs: [String: Tensor] = [:]
  for name in attributes.inputs {
    let array = try golden.array(name)
    inputs[name] = attributes.constants.contains(name) ? Tensor(array) : Tensor(variable: array)
  }
  let names = attributes.inputs.filter { !attributes.constants.contains($0) }
  let variables = names.compactMap { inputs[$0] }

  let output = operation(inputs)
  expectClose(
    output.value, try golden.array("output"), tolerance: tolerance, "\(golden.name) value",
    sourceLocation: sourceLocation)
  guard output.shape == (try golden.array("output")).shape else { return }

  let upstream = Tensor(variable: try golden.array("upstream"))
  let weighted = (output * upstream).sum()
  let fused = gradients(of: weighted, withRespectTo: variables)
  let composed = gradients(of: weighted, withRespectTo: variables, differentiable: true)
  RecordedResults.current?.add([output.value] + (fused + composed).map(\.value))
  for (index, name) in names.enumerated() {
    let expected = try golden.array("gradient.\(name)")
    for (kind, gradient) in [("fused", fused[index]), ("composed", composed[index])] {
      expectClose(
        gradient.value, expected, tolerance: tolerance, "\(golden.name) \(kind) gradient of \(name)",
        sourceLocation: sourceLocation)
    }
  }

  if attributes.second {
    let penalty = composed.map { $0.squared().sum() }.reduce(Tensor(NDArray(0)), +)
    let seconds = gradients(of: penalty, withRespectTo: variables + [upstream])
    RecordedResults.current?.add(seconds.map(\.value))
    // Where a second derivative vanishes, the tolerance is relative to the largest of the others.
    let scale = golden.arrays.filter { $0.key.hasPrefix("second.") }
      .flatMap(\.value.scalars).reduce(0) { max($0, $1.magnitude) }
    for (name, second) in zip(names + ["upstream"], seconds) {
      let expected = golden.arrays["second.\(name)"] ?? NDArray(repeating: 0, shape: second.shape)
      expectClose(
        second.value, expected, tolerance: 2 * tolerance, scale: golden.arrays["second.\(name)"] == nil ? scale : 0,
        "\(golden.name) second derivative of \(name)", sourceLocation: sourceLocation)
    }
  }

  if attributes.differences ?? true {
    checkGradients(
      at: variables.map(\.value), step: attributes.step ?? 1 / 64, golden.name, sourceLocation: sourceLocation
    ) { moved in
      var inputs = inputs
      for (name, tensor) in zip(names, moved) { inputs[name] = tensor }
      return operation(inputs)
    }
  }
}
