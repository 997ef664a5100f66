import Threads

/// Linear maps along height and width of `[batch, height, width, channels]`.
enum SeparableMap {
  static func apply(
    rows: AxisMap, columns: AxisMap, batch: Int, channels: Int, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    let runs = ColumnRun.runs(of: columns)
    let coversOnce = runs.allSatisfy { $0.weight == 1 } && runs.reduce(0) { $0 + $1.count } == columns.outputSize
    let rowCount = columns.outputSize * channels
    ThreadPool.run(count: batch * rows.outputSize) { index in
      let (image, row) = index.quotientAndRemainder(dividingBy: rows.outputSize)
      let source = input + image * rows.inputSize * columns.inputSize * channels
      let target = output + index * rowCount
      let entries = rows.entries[row]
      if coversOnce, entries.count == 1, entries[0].weight == 1 {
        let line = source + entries[0].input * columns.inputSize * channels
        for run in runs {
          (target + run.output * channels).update(from: line + run.input * channels, count: run.count * channels)
        }
        return
      }
      target.update(repeating: 0, count: rowCount)
      for entry in entries {
        let line = source + entry.input * columns.inputSize * channels
        for run in runs {
          addScaled(
            line + run.input * channels, by: entry.weight * run.weight, to: target + run.output * channels,
            count: run.count * channels)
        }
      }
    }
  }

  @inline(__always)
  private static func addScaled(
    _ source: UnsafePointer<Float>, by weight: Float, to target: UnsafeMutablePointer<Float>, count: Int
  ) {
    if weight == 1 {
      Elementwise.add(source, to: target, count: count)
    } else {
      for i in 0..<count { target[i] += weight * source[i] }
    }
  }

  /// Adjacent output columns that read as many adjacent input columns, one each and all with the same weight.
  private struct ColumnRun {
    var output: Int, input: Int, count: Int, weight: Float

    static func runs(of map: AxisMap) -> [ColumnRun] {
      var runs: [ColumnRun] = []
      let largestCount = map.entries.map(\.count).max() ?? 0
      for position in 0..<largestCount {
        for (output, entries) in map.entries.enumerated() where position < entries.count {
          let entry = entries[position]
          if let last = runs.last, last.output + last.count == output, last.input + last.count == entry.input,
            last.weight == entry.weight
          {
            runs[runs.count - 1].count += 1
          } else {
            runs.append(ColumnRun(output: output, input: entry.input, count: 1, weight: entry.weight))
          }
        }
      }
      return runs
    }
  }
}
