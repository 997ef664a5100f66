import Checkpoints
import Foundation
import Models
import Tensors
import TestSupport
import Testing

/// LPIPS of networks with random weights, as PyTorch computes it.
@Suite struct PerceptualDistanceTests {
  private static func url(_ name: String) -> URL { Golden.url("lpips-\(name).pth") }

  @Test(arguments: ["alexnet", "vgg16"], [true, false])
  func distancesAreThoseOfPyTorch(_ network: String, isMerged: Bool) throws {
    let golden = try GoldenFile("lpips").arrays(under: "\(network)/")
    let distance =
      isMerged
      ? try PerceptualDistance(contentsOf: Self.url("\(network)-merged"), linear: nil)
      : try PerceptualDistance(contentsOf: Self.url(network), linear: Self.url("\(network)-linear"))
    let first = Tensor(try #require(golden["first"])), second = Tensor(try #require(golden["second"]))
    let expected = try #require(golden["distance"]).scalars
    #expect(expected.count == 2)
    for (index, value) in expected.enumerated() {
      let (a, b) = (
        first.sliced(axis: 0, range: index..<index + 1), second.sliced(axis: 0, range: index..<index + 1)
      )
      let found = withoutGradients { (distance(a, b), distance(b, b)) }
      #expect(abs(found.0 - Double(value)) < 2e-6 * Double(value) + 1e-7, "\(found.0), not \(value)")
      #expect(found.1 == 0)
    }
  }

  @Test func saysWhatIsMissing() throws {
    func problem(_ features: String, _ linear: String?) -> String? {
      #expect(throws: CheckpointError.self) {
        try PerceptualDistance(contentsOf: Self.url(features), linear: linear.map(Self.url))
      }?.problem
    }
    #expect(problem("alexnet", nil)?.hasPrefix("lacks lin0.model.1.weight") == true)
    #expect(problem("alexnet", "vgg16-linear")?.contains("it is for another network") == true)
    #expect(problem("alexnet", "vgg16")?.contains("weights/v0.1/alex.pth") == true)
    #expect(problem("alexnet-linear", "alexnet-linear")?.hasPrefix("is neither AlexNet nor VGG16") == true)
  }
}
