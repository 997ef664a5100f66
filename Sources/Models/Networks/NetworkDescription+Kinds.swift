import Tensors

/// What only some networks have.
extension NetworkDescription {
  /// A generator in its default configuration, but for its channels.
  public init(_ generator: any GeneratorNetwork.Type, inputChannels: Int, outputChannels: Int) {
    func description<N: GeneratorNetwork>(_ generator: N.Type) -> NetworkDescription {
      var configuration = N.Configuration()
      (configuration.inputChannels, configuration.outputChannels) = (inputChannels, outputChannels)
      return NetworkDescription(generator, configuration)
    }
    self = description(generator)
  }

  /// A discriminator in its default configuration, but for what it judges.
  public init(_ discriminator: any DiscriminatorNetwork.Type, inputChannels: Int, imagesOf side: Int) {
    func description<N: DiscriminatorNetwork>(_ discriminator: N.Type) -> NetworkDescription {
      var configuration = N.Configuration()
      configuration.inputChannels = inputChannels
      configuration.fit(imagesOf: side)
      return NetworkDescription(discriminator, configuration)
    }
    self = description(discriminator)
  }

  /// Of the values that a generator takes and makes; nil for other networks.
  public var valueRange: ValueRange? { (network as? any GeneratorNetwork.Type)?.valueRange }
  /// Of a generator or a discriminator; nil for other networks.
  public var inputChannels: Int? {
    (described.configuration as? any GeneratorConfiguration)?.inputChannels
      ?? (described.configuration as? any DiscriminatorConfiguration)?.inputChannels
  }
  /// Nil for other networks than generators.
  public var outputChannels: Int? { (described.configuration as? any GeneratorConfiguration)?.outputChannels }
  /// How many times a generator enlarges; nil for other networks than those that do.
  public var scale: Int? { (described.configuration as? any UpscalingConfiguration)?.scale }
  /// The scales that the network can have, its other settings as they are; empty for one that does not enlarge.
  public var scales: [Int] {
    func scales<N: UpscalingNetwork>(_ network: N.Type) -> [Int] { configuration(of: network).map(N.scales) ?? [] }
    return (network as? any UpscalingNetwork.Type).map { scales($0) } ?? []
  }
  /// What a generator's input or a discriminator's images must be: multiples of `multiple`, and at least `smallest`.
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
  /// Whether the images of a batch see nothing of each other in training; false where that is not known.
  public var keepsImagesApart: Bool {
    func answer<N: GeneratorNetwork>(_ network: N.Type) -> Bool {
      configuration(of: network).map(N.keepsImagesApart) ?? false
    }
    return (network as? any GeneratorNetwork.Type).map { answer($0) } ?? false
  }
  /// What such a generator is used for, as a model file's task; nil for other networks.
  public var usualTask: String? {
    func task<N: GeneratorNetwork>(_ network: N.Type) -> String? { configuration(of: network).map(N.usualTask) }
    return (network as? any GeneratorNetwork.Type).flatMap { task($0) }
  }

  /// With all weights 0; nil for a network that does not keep an image's size. Requires `problem` to be nil.
  public func makeTranslationNetwork() -> (any TranslationNetwork)? {
    network is any TranslationNetwork.Type ? makeNetwork() as? any TranslationNetwork : nil
  }

  /// With all weights 0; nil for a network that does not enlarge images. Requires `problem` to be nil.
  public func makeUpscalingNetwork() -> (any UpscalingNetwork)? {
    network is any UpscalingNetwork.Type ? makeNetwork() as? any UpscalingNetwork : nil
  }

  /// With all weights 0; nil for another network. Requires `problem` to be nil.
  public func makeDiscriminator() -> (any DiscriminatorNetwork)? {
    network is any DiscriminatorNetwork.Type ? makeNetwork() as? any DiscriminatorNetwork : nil
  }
}
