import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var operation: String
  var factor: Int?
  var window: Int?
  var stride: Int?
  var padding: Int?
  var height: Int?
  var width: Int?
}

private struct PoolingAttributes: Decodable {
  var window: Int
  var stride: Int
  var padding: Int
}

@Test(.onAnotherDevice, arguments: try GoldenFile("resampling").cases)
func resampling(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  try checkOperation(golden) { inputs in
    let x = inputs["x"]!
    return switch attributes.operation {
    case "pixelShuffled": x.pixelShuffled(by: attributes.factor!)
    case "pixelUnshuffled": x.pixelUnshuffled(by: attributes.factor!)
    case "upsampledNearest": x.upsampledNearest(by: attributes.factor!)
    case "upsampledBilinear": x.upsampledBilinear(by: attributes.factor!)
    case "averagePooled":
      x.averagePooled(window: attributes.window!, stride: attributes.stride!, padding: attributes.padding!)
    case "maximumPooled":
      x.maximumPooled(window: attributes.window!, stride: attributes.stride!, padding: attributes.padding!)
    case "blurPooled": x.blurred(stride: 2, padding: attributes.padding!)
    case "resizedNearest": x.resizedNearest(to: Size(height: attributes.height!, width: attributes.width!))
    default: preconditionFailure("no such operation: \(attributes.operation)")
    }
  }
}

@Test(.onAnotherDevice, arguments: try GoldenFile("pooling").cases)
func averagesWithoutPadding(_ golden: GoldenCase) throws {
  let attributes: PoolingAttributes = try golden.attributes()
  try checkOperation(golden) { inputs in
    inputs["x"]!.averagePooled(
      window: attributes.window, stride: attributes.stride, padding: attributes.padding, countsPadding: false)
  }
}

@Test func resizingToAMultipleIsUpsampling() {
  let image = Tensor(randomValues(shape: [2, 3, 5, 2], "image"))
  let resized = image.resizedBilinear(to: Size(height: 12, width: 20))
  expectClose(resized.value, image.upsampledBilinear(by: 4).value, tolerance: 0, "by 4")
  let line = Tensor(NDArray([0, 3, 6], shape: [1, 1, 3, 1])).resizedBilinear(to: Size(height: 1, width: 5))
  expectClose(line.value, NDArray([0, 1.2, 3, 4.8, 6], shape: [1, 1, 5, 1]), tolerance: 1e-6, "by 5 / 3")
  checkGradients(at: [image.value], "resized") { $0[0].resizedBilinear(to: Size(height: 4, width: 3)) }
}
