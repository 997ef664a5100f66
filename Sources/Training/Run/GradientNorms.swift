import Layers
import Tensors

/// Measures the gradients of each of several networks that one optimiser trains.
struct GradientNorms {
  /// For each network, its name and the places of its parameters among the optimiser's.
  private var networks: [(name: String, places: [Int])]

  /// - Parameter parameters: those that the gradients are taken of, in order.
  init(of networks: [NamedNetwork], parameters: [Parameter]) {
    // Found by reflection, so asked for once.
    let places = Dictionary(uniqueKeysWithValues: parameters.enumerated().map { (ObjectIdentifier($1), $0) })
    self.networks = networks.map { network in
      (network.name, network.network.parameters.compactMap { places[ObjectIdentifier($0)] })
    }
  }

  /// The L2 norms, by the names of their measures; none of a network that does not learn.
  func measures(of gradients: [Tensor]) -> [(name: String, value: Tensor)] {
    withoutGradients {
      networks.filter { !$0.places.isEmpty }.map { name, places in
        let squares = places.map { gradients[$0].sumOfSquares().reshaped(to: [1]) }
        return (NetworkMeasure.gradientNorm.name(of: name), concatenated(squares, axis: 0).sum().squareRoot())
      }
    }
  }
}
