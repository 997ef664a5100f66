import Guise

/// A user-defined network, in which each pixel depends only on itself and its neighbours.
struct ToneNetwork: TranslationNetwork {
  struct Configuration: GeneratorConfiguration {
    var inputChannels = 3, outputChannels = 3
    var width = 8
    /// The strength of the noise in training, which cannot be told from a file's tensors.
    var noise = 0.01

    init() {}
  }

  static let name = "tone"
  static var settings: [Setting<Configuration>] {
    [.integer("width", \.width, 1...64), .number("noise", \.noise, 0..<1)]
  }

  let configuration: Configuration
  let first: Conv2D
  let noise: TrainingNoise
  let last: Conv2D

  init(_ configuration: Configuration) {
    self.configuration = configuration
    first = Conv2D(configuration.inputChannels, configuration.width, kernel: 3, padding: 1)
    noise = TrainingNoise(deviation: Float(configuration.noise))
    last = Conv2D(configuration.width, configuration.outputChannels, kernel: 1)
  }

  func callAsFunction(_ input: Tensor) -> Tensor {
    last(Softsign()(noise(first(input))))
  }

  var valuesPerPixel: Int { configuration.inputChannels + 3 * configuration.width }
}
