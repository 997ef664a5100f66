/// Measures the progress of a computation in several passes.
final class ProgressMeter {
  private let total: Double
  private var done = 0.0
  private let report: (Double) throws -> Void

  /// - Parameters:
  ///   - total: the planned cost, without what strips compute twice in their halos.
  ///   - report: receives the fraction done, 0...1, and may throw to end the computation.
  init(total: Double, report: @escaping (Double) throws -> Void) {
    self.total = total
    self.report = report
  }

  func add(cost: Double) throws {
    done += cost
    try report(min(1, done / total))
  }
}
