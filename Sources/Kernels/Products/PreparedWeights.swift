import Synchronization

/// The packed and transformed copies of a weight, kept until its values change.
///
/// Only the copies for one direction, forward or backward, are kept at a time: the backward pass of a training step no
/// longer needs the forward ones, and together they would take eight times the weight's memory.
final class PreparedWeights: Sendable {
  /// The layout of the copy, and what the convolution that needs it makes of the weight's values: arrays of several shapes
  /// may share them.
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
    var kernelHeight: Int, kernelWidth: Int, inputChannels: Int, outputChannels: Int
    var vertical: ConvolutionAxis, horizontal: ConvolutionAxis
    var precision: OperandPrecision

    init(_ layout: Layout, _ geometry: ConvolutionGeometry, _ precision: OperandPrecision = .float32) {
      self.layout = layout
      self.precision = precision
      kernelHeight = geometry.kernelHeight
      kernelWidth = geometry.kernelWidth
      inputChannels = geometry.inputChannels
      outputChannels = geometry.outputChannels
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
