import Foundation
import Layers
import Models
import Tensors

/// A network of stages over an image, pass by pass: what is kept of one stage is read by the next.
struct StripTranslation {
  private let plan: StripPlan
  private let store: RowStore
  private let meter: WorkMeter
  private let image: ImageRows

  /// - Parameter report: see `WorkMeter`.
  init(_ plan: StripPlan, _ image: ImageRows, folder: URL, report: @escaping (Double) throws -> Void) throws {
    self.plan = plan
    self.image = image
    meter = WorkMeter(total: plan.work, report: report)
    store = try RowStore(
      encoding: plan.encoding, valuesPerRow: plan.valuesPerRow, memoryRows: plan.memoryRows, folder: folder)
  }

  /// Whether a stage's output is kept, or computed again by the stage that reads it: as large as the image, it is large,
  /// and made with little work.
  static func keepsRows(of size: Size, image: Size) -> Bool { size.height < image.height }

  /// - Parameter strip: gets the output, `[1, rows, width, channels]` at a time.
  func run(_ stages: [Stage], rows: Int, strip: (Tensor) throws -> Void) throws {
    var last: any RowSource = image
    for stage in stages {
      switch stage {
      case .convolution(let stage): last = try add(stage, to: last)
      case .residual(let block):
        let branch = try add(block.stages.second, to: add(block.stages.first, to: KeptRows(input: last)))
        // Computed while the next stage is.
        last = stored(SumRows(input: last, branch: branch), workingValues: plan.workingValues / 2)
      }
    }
    try forEachStrip(of: last, rows: rows, forgetting: true, strip)
  }

  private func add(_ stage: ConvolutionStage, to input: any RowSource) throws -> any RowSource {
    // Strips of the last stage were of other sizes: what is left of them would not be used again.
    ArrayMemory.releaseIdle()
    let computed = ComputedRows(stage, of: input, meter: meter)
    let norm = stage.instanceNorm
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
