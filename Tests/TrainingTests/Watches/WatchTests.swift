import Foundation
import Images
import Tensors
import Testing
import Training

/// Watches shown series and images that no run need be trained for.
@Suite struct WatchTests {
  private func step(
    _ step: Int, losses: [(String, Float)] = [], measures: [(String, Float)] = []
  ) -> TrainingStep {
    TrainingStep(
      step: step, totalSteps: 10_000, epoch: 1, learningRate: 1e-4, losses: losses, measures: measures, seconds: 1)
  }

  private func judged(_ at: Int, real: Float, fake: Float, loss: Float, adversarial: Float, norm: Float) -> TrainingStep
  {
    step(
      at, losses: [("adversarial", adversarial), ("discriminator", loss)],
      measures: [
        ("discriminator.realAccuracy", real), ("discriminator.fakeAccuracy", fake),
        ("discriminator.gradientNorm", norm),
      ])
  }

  @Test func aDiscriminatorWonOnlyIfTheGeneratorIsStuck() {
    let watch = DiscriminatorWatch()
    let won = (1...400).flatMap {
      watch.see(judged($0, real: 1, fake: 0.99, loss: 0.01, adversarial: 0.98, norm: 0.1))
    }
    #expect(
      won.count == 1 && won[0].contains("since step 1 ") && won[0].contains("adversarial does not fall"), "\(won)")
    let learning = DiscriminatorWatch()
    for at in 1...400 {
      let told = learning.see(
        judged(at, real: 1, fake: 0.99, loss: 0.01, adversarial: 10 / Float(at + 10), norm: 0.1))
      #expect(told.isEmpty)
    }
  }

  @Test func aDiscriminatorIsBlindOnlyIfItLearnsNothing() {
    func told(norm: Float) -> [String] {
      let watch = DiscriminatorWatch()
      return (1...300).flatMap {
        watch.see(judged($0, real: 0.55, fake: 0.45, loss: 0.25, adversarial: 0.25, norm: norm))
      }
    }
    #expect(told(norm: 1e-6).count == 1 && told(norm: 1e-6)[0].contains("is blind"))
    #expect(told(norm: 0.01).isEmpty)
  }

  @Test func aFaultIsToldOnceAndAgainAfterALongAbsence() {
    let watch = GradientWatch()
    func see(_ steps: ClosedRange<Int>, _ norm: Float) -> [String] {
      steps.flatMap { watch.see(step($0, measures: [("generator.gradientNorm", norm * (1 + 0.1 * Float($0 % 3)))])) }
    }
    #expect(see(1...200, 1).isEmpty)
    let first = see(201...260, 1e-5)
    #expect(first.count == 1 && first[0].contains("the gradients of generator have vanished"), "\(first)")
    #expect(see(261...600, 1).isEmpty && see(601...640, 1e-5).isEmpty && see(641...4000, 1).isEmpty)
    #expect(see(4001...4040, 1e-5).count == 1)
  }

  @Test func gradientsThatWereNeverThereAreComparedWithNothing() {
    let watch = GradientWatch()
    let told = (1...20).flatMap { watch.see(step($0, measures: [("generator.gradientNorm", 0)])) }
    #expect(told.count == 1 && told[0].contains("since step 1 they have a norm of 0, so it learns nothing"), "\(told)")
  }

  @Test func aSlowRiseOfGradientsIsNoBurst() {
    let watch = GradientWatch()
    for at in 1...2000 {
      #expect(watch.see(step(at, measures: [("generator.gradientNorm", 0.1 * Float(at))])).isEmpty)
    }
  }

  private func scored(_ at: Int, real: Float, fake: Float) -> TrainingStep {
    step(at, measures: [("discriminator.realScore", real), ("discriminator.fakeScore", fake)])
  }

  @Test func aDomainIsKnownByHeartIfHeldOutImagesScoreLikeFakes() {
    func told(heldOut: Float) -> [String] {
      let watch = MemorizationWatch()
      for at in 1...200 { _ = watch.see(scored(at, real: at % 2 == 0 ? 0.9 : 1, fake: 0.1)) }
      return (1...12).flatMap { (look: Int) in
        let score = heldOut + 0.05 * Float(look % 3)
        return watch.see(heldOut: [("discriminator.realScore", score)], step: 200 + 50 * look)
      }
    }
    let known = told(heldOut: 0.2)
    #expect(known.count == 1 && known[0].contains("by heart"), "\(known)")
    #expect(told(heldOut: 0.8).isEmpty && told(heldOut: 1.5).isEmpty)
  }

  private func pictures(_ purpose: String, count: Int = 4, size: Int = 64) -> [Image] {
    (0..<count).map { WatchedRun.picture(purpose, $0, size: size) }
  }

  private func told(_ watch: any Watch, outputs: (Image, _ look: Int) -> Image) -> [String] {
    let inputs = pictures("inputs")
    return (1...6).flatMap { look in
      watch.see(
        [
          SampleImages(
            of: "AtoB", inputs: inputs, outputs: inputs.map { outputs($0, look) },
            reference: .domain(pictures("targets")))
        ], step: 50 * look)
    }
  }

  private func mapped(_ image: Image, _ change: (_ x: Int, _ y: Int, Float) -> Float) -> Image {
    let pixels = image.pixels.enumerated().map { place, value in
      min(max(change(place / 3 % image.width, place / 3 / image.width, value), 0), 1)
    }
    return Image(width: image.width, height: image.height, channels: 3, pixels: pixels)
  }

  @Test func imagesAsTheyAreAreFine() {
    for watch in [SpreadWatch(), ColorWatch(), TextureWatch()] as [any Watch] {
      #expect(told(watch) { image, _ in image }.isEmpty)
      #expect(told(watch) { image, _ in WatchedRun.recolored(image) }.isEmpty)
    }
  }

  /// At every second look, or less and less.
  @Test func whatPassesIsNotTold() {
    #expect(told(ColorWatch()) { image, look in look % 3 == 0 ? image : mapped(image) { 1 - $2 } }.isEmpty)
    #expect(told(SpreadWatch()) { image, look in mapped(image) { 0.5 + 0.02 * Float(look) * ($2 - 0.5) } }.isEmpty)
  }

  @Test(arguments: [2, 4])
  func gridsAreSeenWhateverTheirSign(_ period: Int) {
    let notices = told(TextureWatch()) { image, _ in
      mapped(image) { x, y, value in
        value + (x % period == 0 ? 0.1 : -0.1) * (y % period == 0 ? 1 : 0.2) * (value > 0.5 ? 1 : -1)
      }
    }
    #expect(notices.count == 1 && notices[0].contains("checkerboard"), "\(notices)")
  }

  @Test func photographsHaveNoGrid() throws {
    let root = URL(filePath: #filePath).appending(path: "../../../../data/samples").standardized
    let photos = try ["kodim13", "kodim21"].map { try Image(contentsOf: root.appending(path: "\($0).png")) }
    let images = photos.map { $0.cropped(x: 100, y: 100, width: 256, height: 256) }
    let outputs = images.map { image in mapped(image) { 0.8 * $2 } }
    let watch = TextureWatch()
    for look in 1...5 {
      let blank = images.map { image in mapped(image) { _, _, _ in 0.5 } }
      let told = watch.see(
        [SampleImages(of: "AtoB", inputs: images, outputs: outputs, reference: .domain(blank))], step: 50 * look)
      #expect(told.isEmpty, "\(told)")
    }
  }
}
