/// A linear map along one axis, as a sparse matrix: which input positions each output position sums, with what weights.
///
/// Padding of every kind, nearest and bilinear upsampling, average and blur pooling are such maps along height and width;
/// the gradient of each is its transpose, so one kernel (`SeparableMap`) serves them all and their derivatives.
package struct AxisMap: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package let input: Int
    package let weight: Float

    package init(input: Int, weight: Float) {
      self.input = input
      self.weight = weight
    }
  }

  package let inputSize: Int
  /// For each output position, the terms of its sum.
  package let entries: [[Entry]]
  package var outputSize: Int { entries.count }

  package init(inputSize: Int, entries: [[Entry]]) {
    self.inputSize = inputSize
    self.entries = entries
  }

  /// The adjoint, which is the transposed matrix.
  package var transposed: AxisMap {
    var back = Array(repeating: [Entry](), count: inputSize)
    for (output, sources) in entries.enumerated() {
      for entry in sources { back[entry.input].append(Entry(input: output, weight: entry.weight)) }
    }
    return AxisMap(inputSize: outputSize, entries: back)
  }

  /// This map of an axis that itself copies positions of another one, of `size`, or is zero where those are -1.
  package func reading(_ positions: [Int32], size: Int) -> AxisMap {
    AxisMap(
      inputSize: size,
      entries: entries.map { terms in
        var sums: [Entry] = []
        for term in terms where positions[term.input] >= 0 {
          let input = Int(positions[term.input])
          if let index = sums.firstIndex(where: { $0.input == input }) {
            sums[index] = Entry(input: input, weight: sums[index].weight + term.weight)
          } else {
            sums.append(Entry(input: input, weight: term.weight))
          }
        }
        return sums
      })
  }

  /// If the map only copies: for each output position, the input position that it copies, or -1 for a zero. Nil for
  /// other maps.
  package var sourceIndices: [Int]? {
    let isCopy = entries.allSatisfy { $0.isEmpty || $0.count == 1 && $0[0].weight == 1 }
    return isCopy ? entries.map { $0.first?.input ?? -1 } : nil
  }

  /// The map whose output position `o` copies input position `positions[o]`, or is zero where that is -1.
  package static func gathering(_ positions: [Int], size: Int) -> AxisMap {
    AxisMap(inputSize: size, entries: positions.map { $0 < 0 ? [] : [Entry(input: $0, weight: 1)] })
  }
}
