import Pages

/// A chart of a loss or measurement over a run's steps as inline SVG: the mean of each interval of steps as a curve, its
/// minimum and maximum as a band behind.
struct StepChart {
  let name: String
  let steps: [Int]
  let values: [Float]

  private struct Interval {
    var step: Double
    var mean: Double
    var lowest: Double
    var highest: Double
  }

  private static let (width, height) = (400.0, 170.0)
  private static let (left, right, top, bottom) = (44.0, 394.0, 8.0, 148.0)

  var html: String {
    """
    <div class="card"><b>\(Page.escaped(name))</b> <span class="quiet">\(latest)</span>\(alarm)
    \(svg)</div>
    """
  }

  private var latest: String {
    values.last.map { $0.isFinite ? NumberText.short($0) : "\($0)" } ?? ""
  }

  private var alarm: String {
    guard let first = values.firstIndex(where: { !$0.isFinite }) else { return "" }
    let count = values.count { !$0.isFinite }
    return " <span class=\"alarm\">not a finite number at \(count) of the steps, first at step \(steps[first])</span>"
  }

  private var svg: String {
    let intervals = intervals
    let finite = intervals.compactMap { $0 }
    guard let lowest = finite.map(\.mean).min(), let highest = finite.map(\.mean).max(), let last = steps.last else {
      return ""
    }
    let margin = max(highest - lowest, abs(highest) * 1e-3, 1e-9) * 0.15
    // The axis of a positive loss starts at 0 if that wastes little height.
    let floor = lowest >= 0 && lowest < 0.3 * highest ? 0 : lowest - margin
    let range = floor...(highest + margin)
    let first = Double(steps[0])
    let span = max(1, Double(last) - first)
    func x(_ step: Double) -> String { Self.coordinate(Self.left + (step - first) / span * (Self.right - Self.left)) }
    func y(_ value: Double) -> String {
      let clamped = min(max(value, range.lowerBound), range.upperBound)
      let part = (clamped - range.lowerBound) / (range.upperBound - range.lowerBound)
      return Self.coordinate(Self.bottom - part * (Self.bottom - Self.top))
    }

    var parts: [String] = []
    for value in [range.lowerBound, (range.lowerBound + range.upperBound) / 2, range.upperBound] {
      parts.append(
        "<line class=\"rule\" x1=\"\(Self.left)\" x2=\"\(Self.right)\" y1=\"\(y(value))\" y2=\"\(y(value))\"/>")
      let label = NumberText.short(Float(value))
      parts.append("<text x=\"\(Self.left - 6)\" y=\"\(y(value))\" dy=\"4\" text-anchor=\"end\">\(label)</text>")
    }
    parts.append("<text x=\"\(Self.left)\" y=\"\(Self.bottom + 16)\">step \(steps[0])</text>")
    if last > steps[0] {
      parts.append("<text x=\"\(Self.right)\" y=\"\(Self.bottom + 16)\" text-anchor=\"end\">\(last)</text>")
    }
    for part in intervals.split(whereSeparator: { $0 == nil }).map({ $0.compactMap { $0 } }) {
      let upper = part.map { "\(x($0.step)),\(y($0.highest))" }
      let edges = upper + part.reversed().map { "\(x($0.step)),\(y($0.lowest))" }
      parts.append("<polygon class=\"band\" points=\"\(edges.joined(separator: " "))\"/>")
      if part.count == 1 {
        // A line needs two points.
        parts.append("<circle class=\"point\" cx=\"\(x(part[0].step))\" cy=\"\(y(part[0].mean))\" r=\"2.5\"/>")
        continue
      }
      let points = part.map { "\(x($0.step)),\(y($0.mean))" }
      parts.append("<polyline class=\"curve\" points=\"\(points.joined(separator: " "))\"/>")
    }
    return "<svg viewBox=\"0 0 \(Self.width) \(Self.height)\" role=\"img\">\(parts.joined(separator: "\n"))</svg>"
  }

  /// At most 240 intervals; nil for an interval without a finite value.
  private var intervals: [Interval?] {
    let count = min(steps.count, min(240, max(60, steps.count / 10)))
    return (0..<count).map { index in
      let indices = (index * steps.count / count)..<((index + 1) * steps.count / count)
      let finite = values[indices].filter(\.isFinite).map(Double.init)
      guard let lowest = finite.min(), let highest = finite.max() else { return nil }
      let middle = Double(steps[indices.lowerBound] + steps[indices.upperBound - 1]) / 2
      let mean = finite.reduce(0, +) / Double(finite.count)
      return Interval(step: middle, mean: mean, lowest: lowest, highest: highest)
    }
  }

  private static func coordinate(_ value: Double) -> String {
    "\((value * 10).rounded() / 10)"
  }
}
