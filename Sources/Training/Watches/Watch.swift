/// Looks for one kind of fault while a run trains.
///
/// Each method returns what is to be told, one line each: what was seen, since when, and what to try.
package protocol Watch: AnyObject {
  /// Called after every step of a phase.
  func see(_ step: TrainingStep) -> [String]
  /// Called now and then, always with the same inputs.
  func see(_ images: [SampleImages], step: Int) -> [String]
  /// Called now and then with what discriminators measure of held-out images.
  func see(heldOut measures: [(name: String, value: Float)], step: Int) -> [String]
}

extension Watch {
  package func see(_ step: TrainingStep) -> [String] { [] }
  package func see(_ images: [SampleImages], step: Int) -> [String] { [] }
  package func see(heldOut measures: [(name: String, value: Float)], step: Int) -> [String] { [] }
}

extension TrainingStep {
  /// Networks of which something is measured, in order.
  func networks(with measure: NetworkMeasure) -> [String] {
    let suffix = measure.name(of: "")
    return measures.filter { $0.name.hasSuffix(suffix) }.map { String($0.name.dropLast(suffix.count)) }
  }

  func value(of measure: NetworkMeasure, _ network: String) -> Double? {
    let name = measure.name(of: network)
    return measures.first { $0.name == name }.map { Double($0.value) }
  }
}
