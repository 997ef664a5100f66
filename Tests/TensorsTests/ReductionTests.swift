import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var operation: String
  var axes: [Int]
  var keeping: Bool
}

@Test(.onAnotherDevice, arguments: try GoldenFile("reductions").cases)
func reduction(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  let (axes, keeping) = (attributes.axes, attributes.keeping)
  try checkOperation(golden) { inputs in
    let x = inputs["x"]!
    return switch attributes.operation {
    case "sum": x.sum(axes: axes, keepingDimensions: keeping)
    case "mean": x.mean(axes: axes, keepingDimensions: keeping)
    case "sumOfSquares": x.sumOfSquares()
    case "maximum": x.maximum(axis: axes[0], keepingDimension: keeping)
    default: preconditionFailure("no such operation: \(attributes.operation)")
    }
  }
}

@Test func gradientsOfSumsOfSquares() {
  checkGradients(at: [randomValues(shape: [5, 7], "squares")]) { $0[0].sumOfSquares() }
}

/// A naive float32 sum of this many equal values would stop growing at about 2^24 of them.
@Test func longSumsAreAccurate() {
  let x = Tensor(NDArray(repeating: 0.1, shape: [1, 512, 512, 5]))
  #expect(abs(x.sum().value.scalar / 131_072 - 1) < 1e-4)
  #expect(abs(x.mean().value.scalar / 0.1 - 1) < 1e-4)
  #expect(abs(x.sumOfSquares().value.scalar / 13_107.2 - 1) < 1e-4)
}
