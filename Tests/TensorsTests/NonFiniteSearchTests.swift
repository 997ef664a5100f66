import Tensors
import TestSupport
import Testing

@Suite struct NonFiniteSearchTests {
  private let first = Tensor(variable: randomValues(shape: [3, 3, 2, 4], "first"))
  private let second = Tensor(variable: randomValues(shape: [4], "second"))
  private let image = Tensor(randomValues(shape: [1, 8, 8, 2], "image"))

  private func found(_ body: () -> Void) -> NonFiniteResult? {
    let search = NonFiniteSearch()
    search.name([("first", first), ("second", second), ("image", image)])
    search.run(body)
    return search.first
  }

  private var features: Tensor { image.convolved(with: first, padding: Padding(1)).rectified() }

  @Test func finiteResultsAreNotFound() {
    #expect(found { _ = gradients(of: (features * second).sum(), withRespectTo: [first, second]) } == nil)
  }

  /// The logarithm of a rectifier's zeros.
  @Test func namesTheFirstResultThatIsNotFinite() throws {
    let result = try #require(found { _ = ((features.log() + 1) * second).sum() })
    #expect(result.operation == "Logarithm" && result.shape == [1, 8, 8, 4])
    #expect(result.variable == nil && result.place == "first")
  }

  @Test func namesAVariableThatIsAtFault() throws {
    var values = first.value
    values.withMutableHostMemory { $0[5] = .infinity }
    let broken = Tensor(variable: values)
    let search = NonFiniteSearch()
    search.name([("broken", broken), ("second", second)])
    search.run { _ = (image.convolved(with: broken, padding: Padding(1)) * second).sum() }
    let result = try #require(search.first)
    #expect(result.operation == "Convolution" && result.variable == "broken" && result.place == "broken")
  }

  /// The value of a square root at 0 is finite, its slope is not.
  @Test func namesGradients() throws {
    let zero = Tensor(variable: NDArray([0, 4], shape: [2]))
    let result = try #require(found { _ = gradients(of: zero.squareRoot().sum(), withRespectTo: [zero]) })
    #expect(result.operation == "Elementwise quotient" && result.shape == [2] && result.variable == nil)
  }

  @Test func looksOnlyWhileItRuns() {
    let search = NonFiniteSearch()
    search.run { _ = features }
    _ = features.log()
    #expect(search.first == nil)
  }
}
