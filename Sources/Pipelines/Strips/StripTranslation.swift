import Foundation
import Layers
import Models
import Tensors

/// Computes a network of stages pass by pass: each convolution reads what was kept of the previous one.
struct StripTranslation {
  private let plan: StripPlan
  private let store: RowStore
  private let meter: ProgressMeter
  private let image: ImageRows

  /// - Parameter report: see `ProgressMeter`.
  init(_ plan: StripPlan, _ image: ImageRows, folder: URL, report: @escaping (Double) throws -> Void) throws {
    self.plan = plan
    self.image = image
    meter = ProgressMeter(total: plan.cost, report: report)
    store = try RowStore(
      encoding: plan.encoding, valuesPerRow: plan.valuesPerRow, memoryRows: plan.memoryRows, folder: folder)
  }

  /// Whether a convolution's output is kept. Output as large as the image takes much memory and little time, and is
  /// recomputed by whatever reads it.
  static func keepsRows(of size: Size, image: Size) -> Bool { size.height < image.height }

  /// - Parameter strip: receives the output in strips of `[1, rows, width, channels]`.
  func run(_ stages: [any Stage], rows: Int, strip: (Tensor) throws -> Void) throws {
    var last: any RowSource = image
    for stage in stages {
      let input = last
      last = try stage.convolutions.reduce(stage.hasSkip ? KeptRows(input: input) : input) { try add($1, to: $0) }
      if stage.hasSkip {
        // The sum is computed along with the next stage, which needs memory too.
        last = stored(SumRows(input: input, branch: last), workingValues: plan.workingValues / 2)
      }
    }
    try forEachStrip(of: last, rows: rows, forgetting: true, strip)
  }

  private func add(_ convolution: ConvolutionStage, to input: any RowSource) throws -> any RowSource {
    // Blocks freed by the previous convolution have other sizes and would not be reused.
    ArrayMemory.releaseIdle()
    let computed = ComputedRows(convolution, of: input, meter: meter)
    let norm = convolution.instanceNorm
    var moments = norm.map { _ in ImageMoments() }
    var rows: any RowSource = computed
    if Self.keepsRows(of: computed.size, image: image.size) {
      let stored = stored(computed, workingValues: plan.workingValues)
      try stored.fill { moments?.add($0) }
      rows = stored
    } else if norm != nil {
      try forEachStrip(of: computed, rows: computed.size.height, forgetting: false) { moments?.add($0) }
    }
    guard let norm, let moments else { return rows }
    return NormalizedRows(input: rows, norm: norm, moments: moments)
  }

  private func stored(_ source: any RowSource, workingValues: Int) -> StoredRows {
    StoredRows(source, in: store, workingValues: workingValues)
  }

  private func forEachStrip(
    of source: any RowSource, rows: Int, forgetting: Bool, _ body: (Tensor) throws -> Void
  ) throws {
    let height = Strips.height(for: source, workingValues: plan.workingValues)
    for first in stride(from: 0, to: rows, by: height) {
      try body(source.rows(first..<min(rows, first + height), forgetting: forgetting))
    }
  }
}
