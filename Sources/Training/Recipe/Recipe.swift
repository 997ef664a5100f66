import Datasets
import Layers
import Models

/// A training run's whole truth: what it trains, on which images, how, and for how long.
///
/// Read from YAML by `Recipe(contentsOf:)`; every key has a default, and an unknown one is refused.
public struct Recipe: Sendable, Equatable {
  public var task = Task.cyclegan
  public var data = Data()
  /// The realistic one of super-resolution.
  public var degradation = RealisticDegradation()
  public var generator = Generator()
  public var discriminator = Discriminator()
  public var features = Features()
  public var objective = Objective()
  public var pixelPhase = PixelPhase()
  public var adversarialPhase = AdversarialPhase()
  public var optimizer = Optimizer()
  public var schedule = Schedule()
  public var memory = Memory()
  public var output = Output()
  /// Images in a step, from each domain.
  public var batch = 1
  /// Every random draw of the run follows from it.
  public var seed: UInt64 = 1

  public enum Task: String, Sendable, CaseIterable {
    /// Two unpaired domains (Zhu et al. 2017).
    case cyclegan
    /// Larger images from smaller ones (Ledig et al. 2017, SRGAN): a pixel phase, then an adversarial one.
    case superResolution = "super-resolution"
    /// Pairs of images, one to be made of the other (Isola et al. 2017, pix2pix).
    case paired
    /// Colours from luma: a pixel phase, then an adversarial one.
    case colorization
  }

  /// The published settings: CycleGAN's, pix2pix's, for super-resolution ESRGAN's (Wang et al. 2018), and for colorization
  /// pix2pix's networks and weights in two phases.
  public init(_ task: Task = .cyclegan) {
    self.task = task
    switch task {
    case .cyclegan:
      break
    case .superResolution:
      data.cropSize = 128
      generator.network = .rrdb
      generator.blocks = 23
      generator.average = 0.999
      discriminator.network = .vgg
      discriminator.norm = .batch
      optimizer.beta1 = 0.9
      optimizer.beta2 = 0.99
      output.checkpointEvery = 1000
      output.sampleEvery = 1000
      batch = 16
    case .paired:
      (generator.network, generator.norm, generator.dropout) = (.unet, .batch, true)
      discriminator.norm = .batch
      objective.adversarial = .vanilla
    case .colorization:
      (generator.network, generator.norm) = (.unet, .batch)
      generator.average = 0.999
      discriminator.norm = .batch
      pixelPhase = PixelPhase(steps: 100_000, rate: Rate(learningRate: 0.0002, decay: .constant))
      adversarialPhase = AdversarialPhase(
        loss: .vanilla, adversarialWeight: 1, featureWeight: 0, pixelWeight: 100, steps: 50_000,
        rate: Rate(learningRate: 0.0002, decay: .cosine))
    }
  }
}
