import Layers
import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var temperature: Float?
}

@Suite struct PatchContrastTests {
  @Test(arguments: try GoldenFile("contrast").cases)
  func followsPyTorch(_ golden: GoldenCase) throws {
    let temperature = try golden.attributes(Attributes.self).temperature
    try checkOperation(golden, tolerance: 2e-5) { inputs in
      guard let temperature else {
        let projection = PatchProjection(inputs["x"]!.shape[2], inputs["second"]!.shape[1])
        for (parameter, name) in [
          (projection.first.weight, "first"), (projection.first.bias, "firstBias"),
          (projection.second.weight, "second"), (projection.second.bias, "secondBias"),
        ] { parameter.value = inputs[name]!.value }
        return projection(inputs["x"]!)
      }
      return patchContrast(inputs["queries"]!, keys: inputs["keys"]!, temperature: temperature)
    }
  }

  @Test func samplesPlacesRowByRow() {
    let values = NDArray((0..<2 * 3 * 4 * 2).map { Float($0) }, shape: [2, 3, 4, 2])
    let sampled = Tensor(values).sampled(at: [7, 0, 11])
    #expect(sampled.shape == [2, 3, 2])
    #expect(sampled.value.scalars == [14, 15, 0, 1, 22, 23, 38, 39, 24, 25, 46, 47])
  }

  @Test func drawsDifferentNumbers() {
    let random = Random(seed: 2, purpose: "test")
    for (count, limit) in [(0, 0), (1, 1), (5, 5), (256, 1000)] {
      let drawn = random.distinct(count, below: limit)
      #expect(Set(drawn).count == count && drawn.allSatisfy { (0..<limit).contains($0) })
    }
    // Each number is as probable as any other.
    var counts = [Int](repeating: 0, count: 10)
    for step in 0..<3000 {
      for number in Random(seed: 2, purpose: "test", step: step).distinct(3, below: 10) { counts[number] += 1 }
    }
    #expect(counts.allSatisfy { abs($0 - 900) < 130 })
  }
}
