/// The sizes of a batch of matrix products, `[batch, rows, inner] x [batch, inner, columns]`, where either side may be
/// stored transposed.
package struct MatrixProductGeometry: Hashable, Sendable {
  package var batch: Int, rows: Int, columns: Int, inner: Int
  package var transposesLeft: Bool, transposesRight: Bool
  /// What is multiplied; float32 on processors in any case.
  package var precision = OperandPrecision.float32
  /// Whether a side is a loss's gradient, of whatever order of magnitude.
  package var leftIsGradient = false, rightIsGradient = false

  package init(
    batch: Int, rows: Int, columns: Int, inner: Int, transposesLeft: Bool = false, transposesRight: Bool = false
  ) {
    self.batch = batch
    self.rows = rows
    self.columns = columns
    self.inner = inner
    self.transposesLeft = transposesLeft
    self.transposesRight = transposesRight
  }
}

/// Copies `rows` runs of `count` values each: run `r` is copied from `sourceStart + r * sourceStride` to
/// `targetStart + r * targetStride`.
package struct StridedCopy: Sendable {
  package var source: Buffer
  package var rows: Int, count: Int
  package var sourceStart: Int, sourceStride: Int
  package var targetStart: Int, targetStride: Int

  package init(
    _ source: Buffer, rows: Int, count: Int, sourceStart: Int = 0, sourceStride: Int, targetStart: Int = 0,
    targetStride: Int
  ) {
    self.source = source
    self.rows = rows
    self.count = count
    self.sourceStart = sourceStart
    self.sourceStride = sourceStride
    self.targetStart = targetStart
    self.targetStride = targetStride
  }
}
