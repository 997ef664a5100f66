import Checkpoints
import Layers
import Models

extension Recipe {
  public struct Data: Sendable, Equatable {
    /// CycleGAN: the folder that holds `trainA` and `trainB`; paired: that, or the one that holds `train` with the images of
    /// each pair side by side; super-resolution and colorization: a folder of images. Relative to the working directory.
    public var root = ""
    /// A folder of images that super-resolution or colorization is measured on while it trains; none if empty.
    public var validation = ""
    /// Which image of a pair is made of which.
    public var direction = ModelDescription.Direction.aToB
    /// How super-resolution makes the small images from the large ones.
    public var degradation = Degradation.bicubic
    /// But for super-resolution, images are resized to a square of this many pixels a side before the crop.
    public var loadSize = 286
    /// Where larger than `loadSize`, each sample is resized to a size drawn from `loadSize ... largestLoadSize`.
    /// 0, the default, stands for `loadSize`.
    public var largestLoadSize = 0
    /// The side of the random square crop that the networks see, in super-resolution that of the large image; a multiple of
    /// 4 and of the scale.
    public var cropSize = 256
    /// Whether every other sample, at random, is mirrored.
    public var flip = true
    /// Whether samples are turned by a random number of quarters.
    public var rotate = true
    /// How much colorization varies the tones that a network is given, as exposures differ and prints fade.
    public var tones = 0.0
    /// Where less than 1, each sample is of a photo that is first made smaller by a factor drawn from `smallest ... 1`.
    public var smallest = 1.0

    /// The sizes that a sample may be resized to.
    public var loadSizes: ClosedRange<Int> { loadSize...max(loadSize, largestLoadSize) }

    public init() {}
  }

  public enum Degradation: String, Sendable, CaseIterable {
    /// MATLAB's antialiased bicubic, the literature's.
    case bicubic
    /// Real-ESRGAN's, which the sections `firstDegradation`, `secondDegradation` and `lastDegradation` set.
    case realistic
  }

  public struct Generator: Sendable, Equatable {
    public enum Network: String, Sendable, CaseIterable {
      /// CycleGAN's.
      case resnet
      /// pix2pix's.
      case unet
      /// Super-resolution's: SRGAN's, the same without norms, ESRGAN's, Real-ESRGAN's small one.
      case srresnet, msrresnet, rrdb, srvgg
    }

    public var network = Network.resnet
    /// How many times larger, along each side, super-resolution makes an image.
    public var scale = 4
    /// Residual blocks, 9 in CycleGAN's paper for 256-pixel images, 6 for smaller ones; of `srvgg`, convolutions.
    public var blocks = 9
    /// Channels after the first convolution.
    public var width = 64
    /// How often `unet` halves its image.
    public var downsamplings = 8
    /// Channels that each convolution of `rrdb` adds within a dense block.
    public var growth = 32
    public var norm = Norm.instance
    /// `resizeConvolution` leaves no checkerboard.
    public var upsampling = ResNetGenerator.Upsampling.transposed
    /// How `msrresnet` comes to the output's size.
    public var enlargement = MSRResNet.Upsampling.stepwise
    /// Whether each residual block, or each of the blocks of `unet` that have most channels, drops half of its activations
    /// while training.
    public var dropout = false
    /// Whether the finished model uses running statistics and drops nothing, or does as in training, which pix2pix's paper
    /// did.
    public var atTest = TestMode.running
    /// The decay of the exponential moving average of the weights, which is then what the run exports; 0 for none.
    public var average = 0.0
    /// A model file whose weights the generator begins with; random ones if empty.
    public var initial = ""

    public init() {}
  }

  public struct Discriminator: Sendable, Equatable {
    public enum Network: String, Sendable, CaseIterable {
      /// PatchGAN (Isola et al. 2017): 70x70 patches with 3 layers.
      case patch
      /// The 1x1 discriminator, which judges single pixels.
      case pixel
      /// SRGAN's and ESRGAN's, for crops of one size.
      case vgg
      /// Real-ESRGAN's, with spectral norms: judges every pixel in its surroundings.
      case unet
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
    /// Weight of the mean absolute difference from a pair's other image.
    public var l1 = 100.0
    /// Weight of the cycle losses, the same both ways.
    public var cycle = 10.0
    /// Weight of the identity losses, as a part of `cycle`.
    public var identity = 0.5
    /// Past translations that each discriminator is shown again; 0 for none.
    public var pool = 50

    public init() {}
  }

  /// What an adversarial phase compares images by besides pixels.
  public struct Features: Sendable, Equatable {
    /// A PyTorch file of torchvision's VGG19; if empty, the discriminator's own features are compared.
    public var file = ""
    /// Of VGG19.
    public var layers = Layers.vgg54
    public var loss = PixelLoss.l1

    public enum Layers: String, Sendable, CaseIterable {
      /// The last convolution's: SRGAN's and ESRGAN's.
      case vgg54
      /// Real-ESRGAN's five, from fine to coarse.
      case realESRGAN
    }

    public init() {}
  }

  public enum PixelLoss: String, Sendable, CaseIterable {
    /// The mean absolute difference.
    case l1
    /// The same, but a parabola below `smoothThreshold`.
    case smoothL1
    /// The mean squared difference.
    case squared

    /// About one unit of Lab's a and b.
    static let smoothThreshold: Float = 0.01
  }

  /// The first phase of super-resolution and colorization, in which the pixels' differences alone count.
  public struct PixelPhase: Sendable, Equatable {
    public var loss = PixelLoss.l1
    /// 0 leaves the phase out.
    public var steps = 1_000_000
    public var rate = Rate(learningRate: 0.0002, milestones: [200_000, 400_000, 600_000, 800_000])
  }

  /// The second phase of super-resolution and colorization, with a discriminator.
  public struct AdversarialPhase: Sendable, Equatable {
    public var loss = AdversarialLoss.relativistic
    /// Weights of the three parts of the generator's loss.
    public var adversarialWeight = 0.005, featureWeight = 1.0, pixelWeight = 0.01
    /// 0 leaves the phase out.
    public var steps = 400_000
    public var rate = Rate(learningRate: 0.0001, milestones: [50_000, 100_000, 200_000, 300_000])
  }

  /// The learning rate over a phase.
  public struct Rate: Sendable, Equatable {
    public enum Decay: String, Sendable, CaseIterable {
      case constant
      /// Along half a cosine to 0.
      case cosine
      /// Times `factor` at each of the milestones.
      case milestones
    }

    public var learningRate: Double
    public var decay = Decay.milestones
    /// Steps of the phase.
    public var milestones: [Int] = []
    public var factor = 0.5
  }

  /// Adam's settings, the same for generators and discriminators.
  public struct Optimizer: Sendable, Equatable {
    /// Of tasks without phases; the others have one for each phase.
    public var learningRate = 0.0002
    public var beta1 = 0.5
    public var beta2 = 0.999
    /// The share of its value that a parameter loses in each step, as a multiple of the learning rate (Loshchilov and Hutter
    /// 2019): 0.01 to 0.1 where a network learns its few photos by heart, 0 for none.
    public var weightDecay = 0.0
    /// Gradients of all a network's parameters together are scaled down to this norm where theirs is larger; 0 for never.
    public var clip = 0.0

    public init() {}
  }

  public struct Schedule: Sendable, Equatable {
    /// Epochs at the full learning rate; an epoch shows each image of the larger domain once.
    public var epochs = 100
    /// Epochs after those, during which the rate falls linearly to 0.
    public var decayEpochs = 100
    /// Where not 0, the run's length in steps, split between full and falling rate as `epochs` is to `decayEpochs`, or
    /// between the phases as their own steps are.
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
    /// Steps between measurements on images that are not learnt from.
    public var validateEvery = 1000
    /// How the finished model's weights are stored; training and checkpoints use float32 throughout.
    public var weights = Weights.float32
    /// Under which terms the finished model may be used: copied into the model file.
    public var licence = ""

    public init() {}
  }
}
