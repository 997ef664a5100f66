/// How far a computation of several passes is.
final class ProgressMeter {
  private let total: Double
  private var done = 0.0
  private let report: (Double) throws -> Void

  /// - Parameters:
  ///   - total: the cost by the plan, without what strips compute twice in their halos.
  ///   - report: gets the share that is done, 0...1, and may throw to end the computation.
  init(total: Double, report: @escaping (Double) throws -> Void) {
    self.total = total
    self.report = report
  }

  func add(cost: Double) throws {
    done += cost
    try report(min(1, done / total))
  }
}
