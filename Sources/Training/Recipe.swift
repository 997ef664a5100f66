import Layers
import Models

/// A training run's whole truth: what it trains, on which images, how, and for how long.
///
/// Read from YAML by `Recipe(contentsOf:)`; every key has a default, and an unknown one is refused.
public struct Recipe: Sendable, Equatable {
  public var task = Task.cyclegan
  public var data = Data()
  public var generator = Generator()
  public var discriminator = Discriminator()
  public var objective = Objective()
  public var optimizer = Optimizer()
  public var schedule = Schedule()
  public var memory = Memory()
  public var output = Output()
  /// Images in a step, from each domain.
  public var batch = 1
  /// Every random draw of the run follows from it.
  public var seed: UInt64 = 1

  public init() {}

  public enum Task: String, Sendable, CaseIterable {
    /// Two unpaired domains (Zhu et al. 2017).
    case cyclegan
  }

  public struct Data: Sendable, Equatable {
    /// The folder that holds `trainA` and `trainB`, relative to the working directory.
    public var root = ""
    /// Images are resized to a square of this many pixels a side before the crop.
    public var loadSize = 286
    /// Where larger than `loadSize`, each sample is resized to a size drawn from `loadSize ... largestLoadSize`.
    /// 0, the default, stands for `loadSize`.
    public var largestLoadSize = 0
    /// The side of the random square crop that the networks see; a multiple of 4.
    public var cropSize = 256
    /// Whether every other sample, at random, is mirrored.
    public var flip = true

    /// The sizes that a sample may be resized to.
    public var loadSizes: ClosedRange<Int> { loadSize...max(loadSize, largestLoadSize) }

    public init() {}
  }

  public struct Generator: Sendable, Equatable {
    public enum Network: String, Sendable, CaseIterable {
      case resnet
    }

    public var network = Network.resnet
    /// Residual blocks: 9 in the paper for 256-pixel images, 6 for smaller ones.
    public var blocks = 9
    /// Channels after the first convolution.
    public var width = 64
    public var norm = Norm.instance
    /// `resizeConvolution` leaves no checkerboard.
    public var upsampling = ResNetGenerator.Upsampling.transposed
    /// Whether each residual block drops half of its activations while training.
    public var dropout = false
    /// The decay of the exponential moving average of the weights, which is then what the run exports; 0 for none.
    public var average = 0.0

    public init() {}
  }

  public struct Discriminator: Sendable, Equatable {
    public enum Network: String, Sendable, CaseIterable {
      /// PatchGAN (Isola et al. 2017): 70x70 patches with 3 layers.
      case patch
      /// The 1x1 discriminator, which judges single pixels.
      case pixel
    }

    public var network = Network.patch
    /// Strided convolutions of a patch discriminator.
    public var layers = 3
    /// Channels after the first convolution.
    public var width = 64
    public var norm = Norm.instance

    public init() {}
  }

  public struct Objective: Sendable, Equatable {
    public var adversarial = AdversarialLoss.leastSquares
    /// Weight of the cycle losses, the same both ways.
    public var cycle = 10.0
    /// Weight of the identity losses, as a part of `cycle`.
    public var identity = 0.5
    /// Past translations that each discriminator is shown again; 0 for none.
    public var pool = 50

    public init() {}
  }

  /// Adam's settings, the same for generators and discriminators.
  public struct Optimizer: Sendable, Equatable {
    public var learningRate = 0.0002
    public var beta1 = 0.5
    public var beta2 = 0.999

    public init() {}
  }

  public struct Schedule: Sendable, Equatable {
    /// Epochs at the full learning rate; an epoch shows each image of the larger domain once.
    public var epochs = 100
    /// Epochs after those, during which the rate falls linearly to 0.
    public var decayEpochs = 100
    /// Where not 0, the run's length in steps, split between full and falling rate as `epochs` is to `decayEpochs`.
    public var steps = 0

    public init() {}
  }

  /// How much memory training takes, for which it pays with time; results are the same bits.
  public struct Memory: Sendable, Equatable {
    /// Whether residual blocks compute their inner values again for their gradients instead of keeping them.
    public var recompute = false

    public init() {}
  }

  public struct Output: Sendable, Equatable {
    public enum Weights: String, Sendable, CaseIterable {
      case float32
      case float16
    }

    /// Steps between checkpoints.
    public var checkpointEvery = 500
    /// Steps between sample grids.
    public var sampleEvery = 500
    /// How the finished model's weights are stored; training and checkpoints use float32 throughout.
    public var weights = Weights.float32
    /// Under which terms the finished model may be used: copied into the model file.
    public var licence = ""

    public init() {}
  }
}
