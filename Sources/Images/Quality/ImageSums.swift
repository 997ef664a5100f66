import Threads

extension Image {
  /// Splits the pixels' indices into pieces of fixed size, and calls `sum` for each on several threads.
  func pieceSums<Sum>(_ sum: (Range<Int>) -> Sum) -> [Sum] {
    let (count, pixelsPerPiece) = (width * height, 1 << 14)
    return Self.terms(count: (count + pixelsPerPiece - 1) / pixelsPerPiece) { piece in
      sum(piece * pixelsPerPiece..<min(count, (piece + 1) * pixelsPerPiece))
    }
  }

  /// `term(0)` to `term(count - 1)`, computed on several threads.
  static func terms<Term>(count: Int, of term: (Int) -> Term) -> [Term] {
    [Term](unsafeUninitializedCapacity: count) { terms, initializedCount in
      let terms = terms
      ThreadPool.run(count: count) { terms.initializeElement(at: $0, to: term($0)) }
      initializedCount = count
    }
  }
}
