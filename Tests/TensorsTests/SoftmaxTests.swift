import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var operation: String
}

@Test(.onAnotherDevice, arguments: try GoldenFile("softmax").cases)
func softmax(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  try checkOperation(golden) { inputs in
    let x = inputs["x"]!
    return switch attributes.operation {
    case "softmax": x.softmax()
    case "logSoftmax": x.logSoftmax()
    default: preconditionFailure("no such operation: \(attributes.operation)")
    }
  }
}

/// Rows of 19 values: one run of sixteen, and three more.
@Suite struct SoftmaxAtTheEndsTests {
  private func softmax(_ row: [Float]) -> [Float] {
    Tensor(NDArray(row, shape: [1, row.count])).softmax().value.scalars
  }

  @Test(arguments: [3, 17])
  func tinySharesAreZeroAndTheRestIsExact(_ place: Int) {
    var row = [Float](repeating: -200, count: 19)
    (row[place], row[18]) = (1000, 999)
    let shares = softmax(row)
    #expect(abs(shares[place] - 0.731_058_6) < 1e-6 && abs(shares[18] - 0.268_941_4) < 1e-6)
    #expect(shares.filter { $0 == 0 }.count == 17)
  }

  /// So that a training that diverges is noticed.
  @Test(arguments: [3, 17])
  func whatIsNotANumberShows(_ place: Int) {
    var row = [Float](repeating: 0, count: 19)
    row[place] = .nan
    #expect(softmax(row).contains { $0.isNaN })
  }
}
