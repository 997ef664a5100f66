extension HostDevice {
  package func sum(_ values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer {
    output(outer * inner) { Reduction.sum(values.pointer, outer: outer, count: count, inner: inner, into: $0) }
  }

  package func sumOfSquares(_ values: Buffer) -> Buffer {
    output(1) { $0[0] = Reduction.sumOfSquares(values.pointer, count: values.count) }
  }

  package func maximum(_ values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer {
    output(outer * inner) { Reduction.maximum(values.pointer, outer: outer, count: count, inner: inner, into: $0) }
  }

  package func firstPlaces(of maximum: Buffer, in values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer {
    output(values.count) {
      Reduction.markFirst(
        maximum.pointer, in: values.pointer, outer: outer, count: count, inner: inner, into: $0)
    }
  }

  package func softmax(_ values: Buffer, channels: Int) -> Buffer {
    output(values.count) {
      Softmax.apply(values.pointer, rows: values.count / channels, channels: channels, isLogarithmic: false, into: $0)
    }
  }

  package func logSoftmax(_ values: Buffer, channels: Int) -> Buffer {
    output(values.count) {
      Softmax.apply(values.pointer, rows: values.count / channels, channels: channels, isLogarithmic: true, into: $0)
    }
  }

  package func assembled(count: Int, from pieces: [StridedCopy]) -> Buffer {
    output(count) { target in
      let copied = pieces.reduce(0) { $0 + $1.rows * $1.count }
      if copied < count { target.update(repeating: 0, count: count) }
      for piece in pieces {
        let source = piece.source.pointer
        for row in 0..<piece.rows {
          (target + piece.targetStart + row * piece.targetStride).update(
            from: source + piece.sourceStart + row * piece.sourceStride, count: piece.count)
        }
      }
    }
  }

  package func permuted(_ values: Buffer, dimensions: [Int], permutation: [Int]) -> Buffer {
    output(values.count) {
      Transposition.permute(values.pointer, dimensions: dimensions, permutation: permutation, into: $0)
    }
  }
}
