import Tensors
import TestSupport
import Testing

/// The gradient checks that other tests rely on must fail for wrong gradients.
@Suite struct GradientChecksTests {
  private let x = NDArray([1, -2, 3], shape: [3])

  @Test func aSmallErrorIsADifference() {
    let close = NDArray([1, -2.00002, 3], shape: [3])
    #expect(Difference(between: close, and: x, tolerance: 1e-5) == nil)
    #expect(Difference(between: close, and: x, tolerance: 5e-6) != nil)
    #expect(Difference(between: NDArray([1, .nan, 3], shape: [3]), and: x, tolerance: 1) != nil)
    #expect(Difference(between: x.reshaped(to: [3, 1]), and: x, tolerance: 1) != nil)
    #expect(Difference(between: x, and: NDArray([0, 0, 0], shape: [3]), tolerance: 1e-5) != nil)
  }

  @Test func centralDifferencesNoticeAWrongGradient() {
    checkGradients(at: [x]) { $0[0] * $0[0] * $0[0] }
    withKnownIssue { checkGradients(at: [x]) { $0[0] * $0[0] * $0[0].detached } }
    withKnownIssue { checkGradients(at: [x]) { $0[0] * 1.003 - $0[0].detached * 0.003 } }
  }
}
