import Foundation
import Models
import Tensors

/// A network that ncnn stores, as a graph in text and the weights of its layers, which have no names.
///
/// The graph is compared with those of the networks in the list: every layer must be one of the network's, with the same
/// inputs. The weights then get the names that the network's files have.
enum NcnnFile {
  /// The tensors, and the bytes that hold their values: the weights', and those of the network's constants.
  ///
  /// - Parameters:
  ///   - graph: the contents of `.param`.
  ///   - graphURL: for messages, as `weightsURL`.
  ///   - weights: the contents of `.bin`.
  static func tensors(
    graph: Data, at graphURL: URL, weights: Data, at weightsURL: URL
  ) throws(CheckpointError) -> (tensors: [StoredTensor], contents: Data) {
    var problemURL = graphURL
    do throws(MalformedFile) {
      let layers = try NcnnGraph(graph).layers
      var announced: [(NcnnLayer, [NcnnLayer.Array])] = []
      for layer in layers {
        try layer.check()
        announced.append((layer, try layer.arrays()))
      }
      problemURL = weightsURL
      let values = try NcnnWeights.values(of: announced, in: weights)
      problemURL = graphURL
      var contents = weights
      let tensors = try tensors(of: NcnnOperations(layers, values, in: weights).steps, in: &contents)
      return (tensors, contents)
    } catch {
      throw CheckpointError(problemURL, error.problem)
    }
  }

  private static func tensors(
    of steps: [NcnnOperations.Step], in contents: inout Data
  ) throws(MalformedFile) -> [StoredTensor] {
    var closest: NcnnMatch?
    for expected in DescribedGraph.all(for: GraphOutline(steps.map(\.operation))) {
      let match = NcnnMatch(steps, expected)
      if match.mismatch == nil { return try match.tensors(in: &contents) }
      if match.length > closest?.length ?? -1 { closest = match }
    }
    if let problem = closest?.mismatch { throw MalformedFile(problem) }
    let known = Networks.all.filter { $0 is any ExportedNetwork.Type }.map { $0.title }
    throw MalformedFile(
      "is the graph of no network that is known in this format: it has \(steps.count) operations; expected one of "
        + SettingText.alternatives(known))
  }
}
