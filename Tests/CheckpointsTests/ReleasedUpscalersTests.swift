import Checkpoints
import Foundation
import Images
import Models
import Tensors
import TestSupport
import Testing

/// The quality of super-resolution networks that others trained and released, measured as in their publications.
@Suite(
  .enabled(if: TestData.has("weights/srgan_leftthomas") && TestData.has("sr/Set5_LRx4"), "\(TestData.isMissing)"))
struct ReleasedUpscalersTests {
  /// The PSNR in decibels, computed by PyTorch.
  private static let quality = [
    ("baby", 32.513), ("bird", 32.687), ("butterfly", 26.372), ("head", 32.241), ("woman", 29.485),
  ]

  private func srgan(_ scale: Int) throws -> ModelFile {
    try ModelFile(contentsOf: TestData.folder.appending(path: "weights/srgan_leftthomas/netG_epoch_\(scale)_100.pth"))
  }

  @Test func srganReachesItsQuality() throws {
    let upscaler = try srgan(4).upscaler()
    var sum = 0.0
    for (name, expected) in Self.quality {
      let found = try signalToNoiseRatio(of: upscaler, on: name)
      #expect(abs(found - expected) < 0.02, "\(name): \(found)")
      sum += found
    }
    #expect(abs(sum / 5 - 30.66) < 0.01)
  }

  @Test(arguments: [2, 4, 8])
  func srganIsRecognisedAndRuns(scale: Int) throws {
    let model = try srgan(scale)
    var configuration = SRResNet.Configuration()
    (configuration.blocks, configuration.scale, configuration.variant) = (5, scale, .bounded)
    #expect(model.description.network == NetworkDescription(SRResNet.self, configuration))
    let image = try lowResolution("butterfly").cropped(x: 8, y: 8, width: 24, height: 16)
    let upscaled = try upscaled(image, by: model.upscaler())
    #expect((upscaled.width, upscaled.height) == (24 * scale, 16 * scale))
    // Downscaled again, it is close to the original.
    let back = upscaled.resized(toWidth: 24, height: 16, filter: .box)
    #expect(try back.peakSignalToNoiseRatio(to: image) > 22)
  }

  private static let animation = TestData.folder.appending(
    path: "weights/realesr-animevideov3-x4/realesr-animevideov3-x4.param")

  /// SRVGGNet with the size of Real-ESRGAN's models for animation.
  @Test(.enabled(if: TestData.has("weights/realesr-animevideov3-x4"), "\(TestData.isMissing)"))
  func realESRGANsSmallNetworkReachesItsQuality() throws {
    let network = try ModelFile(contentsOf: Self.animation).upscaler()
    let sum = try Self.quality.reduce(0.0) { try $0 + signalToNoiseRatio(of: network, on: $1.0) }
    #expect(abs(sum / 5 - 28.25) < 0.01, "\(sum / 5)")
  }

  /// The results that ncnn itself has, from scripts/golden/ncnn_models.py.
  @Test(.enabled(if: TestData.has("weights/realesr-animevideov3-x4"), "\(TestData.isMissing)"))
  func realESRGANsSmallNetworkGivesNcnnsImage() throws {
    let expected = try TensorFile(contentsOf: Golden.url("realesr-animevideov3-x4.expected.safetensors"))
    let image = Tensor(try #require(expected.array(named: "image"))).transposed([0, 2, 3, 1])
    let network = try ModelFile(contentsOf: Self.animation).upscaler()
    let upscaled = withoutGradients { network(image).transposed([0, 3, 1, 2]).value }
    let truth = try #require(expected.array(named: "upscaled"))
    #expect(upscaled.shape == truth.shape)
    #expect((zip(upscaled.scalars, truth.scalars).map { abs($0 - $1) }.max() ?? .infinity) < 1e-4)
  }

  private func lowResolution(_ name: String) throws -> Image {
    try Image(contentsOf: TestData.folder.appending(path: "sr/Set5_LRx4/\(name).png"))
  }

  private func upscaled(_ image: Image, by network: any UpscalingNetwork) -> Image {
    let output = withoutGradients { network(Tensor(image.array(range: .unit))).value }
    return Image(array: output, range: .unit)
  }

  /// The PSNR on luma, without 4 pixels at each border and without rounding.
  private func signalToNoiseRatio(of network: any UpscalingNetwork, on name: String) throws -> Double {
    let upscaled = try upscaled(lowResolution(name), by: network)
    let truth = try Image(contentsOf: TestData.folder.appending(path: "sr/Set5/\(name).png"))
    func luma(_ image: Image) -> Image {
      image.videoLuma().cropped(x: 4, y: 4, width: upscaled.width - 8, height: upscaled.height - 8)
    }
    return try luma(upscaled).peakSignalToNoiseRatio(to: luma(truth))
  }
}
