import Models

extension Recipe {
  /// The network that makes images; in unpaired translation, both of them.
  public struct Generator: Sendable {
    public var network: NetworkChoice
    /// The decay of the exponential moving average of the weights, which the run then exports; 0 for none.
    public var average = 0.0
    /// What the generators begin with: a model file, where there is one generator, or the folder of a run, whose
    /// discriminators are taken as well; random weights if empty.
    public var initial = ""
    /// Model files for each of two generators, instead of a folder.
    public var initialAtoB = "", initialBtoA = ""
    /// Of the images that the generator takes and makes; of unpaired domains, of A and B.
    public var inputChannels = Channels.auto, outputChannels = Channels.auto

    public init(_ network: NetworkChoice = NetworkChoice(among: [])) {
      self.network = network
    }
  }

  public var generator: Generator {
    get { self[.generator] }
    set { self[.generator] = newValue }
  }

  public var discriminator: NetworkChoice {
    get { self[.discriminator] }
    set { self[.discriminator] = newValue }
  }
}

extension Recipe {
  /// The network of classification.
  public var classifier: NetworkChoice {
    get { self[.classifier] }
    set { self[.classifier] = newValue }
  }

  /// Sets the generators and discriminators to choose from; the first of each is chosen.
  public mutating func offer(_ generators: [any Network.Type], _ discriminators: [any Network.Type]) {
    generator = Generator(NetworkChoice(among: generators))
    discriminator = NetworkChoice(among: discriminators)
  }
}

extension Networks {
  /// Generators that keep an image's size.
  public static var translation: [any Network.Type] { all.filter { $0 is any TranslationNetwork.Type } }
  /// Generators that enlarge images.
  public static var upscaling: [any Network.Type] { all.filter { $0 is any UpscalingNetwork.Type } }
}

extension RecipeSection<Recipe.Generator> {
  /// The task sets which networks there are to choose from, as for the discriminator.
  public static var generator: Self { Self("generator", Recipe.Generator()) }

  /// `network`, and the settings of all `networks`.
  public func keys(choosingFrom networks: [any Network.Type]) -> [RecipeKey] {
    keys(Setting.settings(of: \.network, among: networks))
  }
}

extension RecipeSection.Key where Value == Recipe.Generator {
  public static var average: Self { Self(.number("average", \.average, 0..<1), mayChange: true) }
  public static var initial: Self { path("initial", \.initial) }
  public static var initialAtoB: Self { path("initialAtoB", \.initialAtoB) }
  public static var initialBtoA: Self { path("initialBtoA", \.initialBtoA) }
  public static var inputChannels: Self { Self(.choice("inputChannels", \.inputChannels)) }
  public static var outputChannels: Self { Self(.choice("outputChannels", \.outputChannels)) }
}

extension RecipeSection<Recipe.NetworkChoice> {
  public static var discriminator: Self { Self("discriminator", Recipe.NetworkChoice(among: [])) }
  public static var classifier: Self { Self("classifier", Recipe.NetworkChoice(among: [])) }

  /// `network`, and the settings of all `networks`.
  public func keys(choosingFrom networks: [any Network.Type]) -> [RecipeKey] {
    keys(Setting.settings(of: \.self, among: networks))
  }
}
