/// How far a computation of several passes is.
final class WorkMeter {
  private let total: Double
  private var done = 0.0
  private let report: (Double) throws -> Void

  /// - Parameters:
  ///   - total: by the plan; what strips compute twice at their borders is not in it.
  ///   - report: gets the part that is done, 0...1, and may throw to end the computation.
  init(total: Double, report: @escaping (Double) throws -> Void) {
    self.total = total
    self.report = report
  }

  func add(_ work: Double) throws {
    done += work
    try report(min(1, done / total))
  }
}
