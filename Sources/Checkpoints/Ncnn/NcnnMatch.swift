import Foundation
import Models
import Tensors

/// A comparison of a file's graph with a network's.
struct NcnnMatch {
  private let expected: DescribedGraph
  private var steps: [NetworkGraph.Value: NcnnOperations.Step] = [:]
  /// How many of the file's operations are the network's.
  private(set) var length = 0
  /// Why the graphs differ, as a message; nil if they do not.
  private(set) var mismatch: String?

  init(_ file: [NcnnOperations.Step], _ expected: DescribedGraph) {
    self.expected = expected
    var values: [NetworkGraph.Value] = []
    for step in file {
      let inputs = step.inputs.map { values[$0] }
      guard let value = expected.graph.value(of: step.operation, on: inputs) else {
        mismatch = explanation(of: step, on: inputs)
        return
      }
      values.append(value)
      length += 1
      guard step.weights.isEmpty || steps.updateValue(step, forKey: value) == nil else {
        mismatch = "has \(step.layer), which is in \(expected.network.summary) only once"
        return
      }
    }
    guard let last = file.last, values.last != expected.output else { return }
    mismatch = "ends with \(last.layer), \(last.operation), where \(expected.network.summary) does not end"
  }

  private func explanation(of step: NcnnOperations.Step, on inputs: [NetworkGraph.Value]) -> String {
    let (found, network) = ("has \(step.layer), \(step.operation)", expected.network.summary)
    if inputs == [expected.output] {
      return
        "\(found), after the output of \(network): expected nothing there; take the file of the network alone, and "
        + "change the size of its result"
    }
    let fitting = expected.graph.operations(on: inputs).map(\.description)
    let refusal = "\(found), which does not fit \(network)"
    return fitting.isEmpty ? refusal : refusal + ": expected \(SettingText.alternatives(fitting)) there"
  }

  /// The weights with the names that the network's files have. The graphs must not differ.
  ///
  /// - Parameter file: the weights' bytes, to which those of constants are added.
  func tensors(in file: inout Data) throws(MalformedFile) -> [StoredTensor] {
    var tensors: [StoredTensor] = []
    for (value, key) in expected.graph.weighted {
      guard let step = steps[value] else {
        throw MalformedFile("lacks the layer \(key) of \(expected.network.summary)")
      }
      for ((suffix, shape), values) in zip(step.operation.tensors, step.weights) {
        let name = key + suffix
        if case .convolution(let convolution) = step.operation, convolution.isTransposed, shape.rank == 4 {
          tensors.append(try values.transposedWeight(name, shape))
        } else {
          tensors.append(try values.tensor(name, shape.dimensions))
        }
      }
    }
    for (key, values) in expected.graph.constants {
      let start = file.count
      for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { file.append(contentsOf: $0) } }
      tensors.append(
        try StoredTensor(
          name: key, dimensions: [values.count], elementType: .float32, bytes: start..<file.count))
    }
    // What is told from the tensors alone must be what the graph says.
    let shapes = Dictionary(tensors.map { ($0.name, $0.shape) }) { first, _ in first }
    guard let found = RecognizedNetwork(in: TensorShapes(shapes)), found.network == expected.network else {
      throw MalformedFile("is the graph of \(expected.network.summary), which cannot be told from its weights")
    }
    return tensors
  }
}
