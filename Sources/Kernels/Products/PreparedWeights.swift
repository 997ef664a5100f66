import Synchronization

/// A weight's packed and transformed copies, which convolutions make of it and keep until its values change.
///
/// Copies for one direction at a time: a training step is through with the forward ones when it goes backward, and
/// together they take eight times the weight's own memory.
final class PreparedWeights: Sendable {
  /// Which copy, and how the convolution that needs it walks along its axes.
  struct Key: Hashable {
    enum Layout: Hashable {
      case winograd, backwardWinograd, direct
      case phase(Int)

      fileprivate var isBackward: Bool {
        switch self {
        case .winograd, .direct: false
        case .backwardWinograd, .phase: true
        }
      }
    }

    var layout: Layout
    var vertical: ConvolutionAxis, horizontal: ConvolutionAxis
    var precision: OperandPrecision

    init(_ layout: Layout, _ geometry: ConvolutionGeometry, _ precision: OperandPrecision = .float32) {
      self.layout = layout
      self.precision = precision
      vertical = geometry.vertical
      horizontal = geometry.horizontal
    }
  }

  private let copies = Mutex<[Key: HostMemory]>([:])

  func copy(_ key: Key, make: () -> HostMemory) -> HostMemory {
    if let kept = copies.withLock({ $0[key] }) { return kept }
    copies.withLock { copies in copies = copies.filter { $0.key.layout.isBackward == key.layout.isBackward } }
    let made = make()
    copies.withLock { $0[key] = made }
    return made
  }

  func removeAll() {
    copies.withLock { $0.removeAll() }
  }
}
