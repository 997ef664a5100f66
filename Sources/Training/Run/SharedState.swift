import Collectives
import Foundation
import Tensors

/// What rank 0 has the others go on from: a checkpoint's contents, and what follows from its measurements.
struct SharedState: Codable {
  /// Of measurements, which only rank 0 takes.
  var rateFactor = 1.0
  var stagnation = Stagnation(plateau: 0)
  /// Nil for a run that begins.
  private var step: Int?
  private var leavesWork = false
  private var names: [String] = []
  private var shapes: [[Int]] = []
  private var arrays: [NDArray] = []

  private enum CodingKeys: CodingKey { case rateFactor, stagnation, step, leavesWork, names, shapes }

  init(rateFactor: Double, stagnation: Stagnation, _ state: TrainingState? = nil) {
    (self.rateFactor, self.stagnation) = (rateFactor, stagnation)
    guard let state else { return }
    (step, leavesWork) = (state.step, state.leavesWork)
    names = state.arrays.map(\.name)
    shapes = state.arrays.map(\.array.shape.dimensions)
    arrays = state.arrays.map(\.array)
  }

  /// Nil if there is nothing to go on from.
  var state: TrainingState? {
    guard let step else { return nil }
    var state = TrainingState(step: step, arrays: zip(names, arrays).map { ($0, $1) })
    state.leavesWork = leavesWork
    return state
  }

  /// Rank 0's, on every rank. Throws `CollectiveFailure`.
  func shared(by ranks: any Collective) throws -> SharedState {
    guard !ranks.isAlone else { return self }
    let header = ranks.broadcast(bytes: [UInt8](try JSONEncoder().encode(self)))
    try ranks.check()
    var shared = ranks.isFirst ? self : try JSONDecoder().decode(SharedState.self, from: Data(header))
    let sent = try (0..<shared.names.count).map { place in
      let array = ranks.isFirst ? arrays[place] : NDArray(repeating: 0, shape: Shape(shared.shapes[place]))
      let values = ranks.broadcast(array.scalars)
      try ranks.check()
      return ranks.isFirst ? array : NDArray(values, shape: array.shape)
    }
    shared.arrays = sent
    return shared
  }
}
