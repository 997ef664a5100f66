import Tensors

/// Properties that only some kinds of networks have.
extension NetworkDescription {
  /// A generator in its default configuration, except for its channel counts.
  public init(_ generator: any GeneratorNetwork.Type, inputChannels: Int, outputChannels: Int) {
    func description<N: GeneratorNetwork>(_ generator: N.Type) -> NetworkDescription {
      var configuration = N.Configuration()
      (configuration.inputChannels, configuration.outputChannels) = (inputChannels, outputChannels)
      return NetworkDescription(generator, configuration)
    }
    self = description(generator)
  }

  /// A discriminator in its default configuration, except for the channels and size, in pixels, of its input.
  public init(_ discriminator: any DiscriminatorNetwork.Type, inputChannels: Int, imagesOf side: Int) {
    func description<N: DiscriminatorNetwork>(_ discriminator: N.Type) -> NetworkDescription {
      var configuration = N.Configuration()
      configuration.inputChannels = inputChannels
      configuration.fit(imagesOf: side)
      return NetworkDescription(discriminator, configuration)
    }
    self = description(discriminator)
  }

  /// The range of a generator's input and output values; nil for other networks.
  public var valueRange: ValueRange? { (network as? any GeneratorNetwork.Type)?.valueRange }
  /// The input channels of a generator or a discriminator; nil for other networks.
  public var inputChannels: Int? {
    (described.configuration as? any GeneratorConfiguration)?.inputChannels
      ?? (described.configuration as? any DiscriminatorConfiguration)?.inputChannels
  }
  /// The output channels of a generator; nil for other networks.
  public var outputChannels: Int? { (described.configuration as? any GeneratorConfiguration)?.outputChannels }
  /// The factor by which an upscaling network enlarges each side; nil for other networks.
  public var scale: Int? { (described.configuration as? any UpscalingConfiguration)?.scale }
  /// The scales that an upscaling network can have with its other settings unchanged; empty for other networks.
  public var scales: [Int] {
    func scales<N: UpscalingNetwork>(_ network: N.Type) -> [Int] { configuration(of: network).map(N.scales) ?? [] }
    return (network as? any UpscalingNetwork.Type).map { scales($0) } ?? []
  }
  /// The height and width of a generator's or discriminator's input must be multiples of `multiple`, and at least
  /// `smallest`, in pixels.
  public var sizes: (multiple: Int, smallest: Int) {
    func generator<N: GeneratorNetwork>(_ network: N.Type) -> (Int, Int)? {
      configuration(of: network).map { (N.sizeMultiple(of: $0), N.smallestSize(of: $0)) }
    }
    func discriminator<N: DiscriminatorNetwork>(_ network: N.Type) -> (Int, Int)? {
      configuration(of: network).map { (N.sizeMultiple(of: $0), N.smallestSize(of: $0)) }
    }
    if let network = network as? any GeneratorNetwork.Type, let sizes = generator(network) { return sizes }
    if let network = network as? any DiscriminatorNetwork.Type, let sizes = discriminator(network) { return sizes }
    return (1, 1)
  }
  /// Whether each image's output in training is independent of the other images in the batch; false if that is not
  /// known.
  public var keepsImagesApart: Bool {
    func answer<N: GeneratorNetwork>(_ network: N.Type) -> Bool {
      configuration(of: network).map(N.keepsImagesApart) ?? false
    }
    return (network as? any GeneratorNetwork.Type).map { answer($0) } ?? false
  }
  /// What such a generator is usually used for, as a model file's task; nil for other networks.
  public var usualTask: String? {
    if network is any SynthesisNetwork.Type { return "generation" }
    func task<N: GeneratorNetwork>(_ network: N.Type) -> String? { configuration(of: network).map(N.usualTask) }
    return (network as? any GeneratorNetwork.Type).flatMap { task($0) }
  }

  /// Builds the network with all weights 0; nil if it is not a translation network. Requires `problem` to be nil.
  public func makeTranslationNetwork() -> (any TranslationNetwork)? {
    network is any TranslationNetwork.Type ? makeNetwork() as? any TranslationNetwork : nil
  }

  /// Builds the network with all weights 0; nil if it is not an upscaling network. Requires `problem` to be nil.
  public func makeUpscalingNetwork() -> (any UpscalingNetwork)? {
    network is any UpscalingNetwork.Type ? makeNetwork() as? any UpscalingNetwork : nil
  }

  /// Builds the network with all weights 0; nil if it is not a discriminator. Requires `problem` to be nil.
  public func makeDiscriminator() -> (any DiscriminatorNetwork)? {
    network is any DiscriminatorNetwork.Type ? makeNetwork() as? any DiscriminatorNetwork : nil
  }
}
