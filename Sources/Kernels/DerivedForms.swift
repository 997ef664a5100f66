import Synchronization

/// What kernels have made of a buffer's values, kept until those change: a weight's transformed and packed forms.
///
/// Forms of one direction at a time, because a training step has done with the forward ones when it goes backward, and
/// together they take eight times the weight's own memory.
package final class DerivedForms: Sendable {
  /// A form, and how the convolution that needs it walks along its axes.
  struct Key: Hashable {
    enum Form: Hashable {
      case winograd, backwardWinograd, direct
      case phase(Int)

      fileprivate var isBackward: Bool {
        switch self {
        case .winograd, .direct: false
        case .backwardWinograd, .phase: true
        }
      }
    }

    var form: Form
    var vertical: ConvolutionAxis, horizontal: ConvolutionAxis
    var precision: Precision

    init(_ form: Form, _ geometry: ConvolutionGeometry, _ precision: Precision = .float32) {
      self.form = form
      self.precision = precision
      vertical = geometry.vertical
      horizontal = geometry.horizontal
    }
  }

  private let forms = Mutex<[Key: Buffer]>([:])

  func form(_ key: Key, make: () -> Buffer) -> Buffer {
    if let kept = forms.withLock({ $0[key] }) { return kept }
    forms.withLock { forms in forms = forms.filter { $0.key.form.isBackward == key.form.isBackward } }
    let made = make()
    forms.withLock { $0[key] = made }
    return made
  }

  package func removeAll() {
    forms.withLock { $0.removeAll() }
  }
}
