import Layers
import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var groupSize: Int?
  var features: Int?
  var kernels: Int?
  var dimensions: Int?
}

@Suite struct MinibatchTests {
  @Test(arguments: try GoldenFile("minibatch").cases)
  func followsPyTorch(_ golden: GoldenCase) throws {
    let attributes = try golden.attributes(Attributes.self)
    try checkOperation(golden, tolerance: 2e-5) { inputs in
      let input = inputs["x"]!
      if let size = attributes.groupSize, let features = attributes.features {
        return MinibatchDeviation(groupSize: size, features: features)(input)
      }
      let layer = MinibatchDiscrimination(
        input.shape[1], kernels: attributes.kernels!, dimensions: attributes.dimensions!)
      layer.weight.value = inputs["weight"]!.value
      return layer(input)
    }
  }

  @Test func imagesThatAreAlikeAreTold() {
    let random = Random(seed: 1, purpose: "images")
    let different = NDArray((0..<48).map { random.normal(at: $0) }, shape: [4, 2, 2, 3])
    let alike = concatenated(Array(repeating: Tensor(different).sliced(axis: 0, range: 1..<2), count: 4), axis: 0)
    func told(_ images: Tensor) -> [Float] {
      MinibatchDeviation()(images).sliced(axis: 3, range: 3..<4).value.scalars
    }
    #expect(told(Tensor(different)).allSatisfy { $0 > 0.3 })
    #expect(told(alike).allSatisfy { $0 < 2e-4 })
    // Alone, an image differs from none.
    #expect(told(alike.sliced(axis: 0, range: 0..<1)).allSatisfy { $0 < 2e-4 })
  }
}
