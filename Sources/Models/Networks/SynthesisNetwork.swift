import Tensors

/// A generator that makes images from noise: `[N, noise + classes]` -> `[N, size, size, outputChannels]` in -1...1, or for
/// points of a plane in any range. The last `classes` values say of which class an image is to be: 1 for it, 0 for the others; or
/// they are the vector of a caption.
public protocol SynthesisNetwork: Network where Configuration: SynthesisConfiguration {}

public protocol SynthesisConfiguration: NetworkConfiguration {
  /// How many random numbers an image is made of.
  var noise: Int { get }
  /// 0 for images without classes.
  var classes: Int { get set }
  var outputChannels: Int { get set }
  /// The side of the square images, in pixels.
  var size: Int { get set }
}

/// A discriminator that judges an image as a whole, or tells several kinds of images apart: `[N, size, size,
/// inputChannels]` -> logits `[N, outputs]`.
public protocol WholeDiscriminator: DiscriminatorNetwork where Configuration: WholeDiscriminatorConfiguration {}

public protocol WholeDiscriminatorConfiguration: DiscriminatorConfiguration {
  var size: Int { get set }
  var outputs: Int { get set }
}

extension WholeDiscriminatorConfiguration {
  public mutating func fit(imagesOf side: Int) { size = side }
}

extension SynthesisNetwork {
  /// Images made of noise `[N, noise]`.
  ///
  /// - Parameter classes: `[N, classes]`, 1 for the class that each is to be of; without them, of a network that knows classes,
  ///   of none.
  public func images(of noise: NDArray, classes: NDArray?) -> Tensor { self(input(of: noise, classes: classes)) }

  /// Noise, and classes if the network knows any, as it takes them, `[N, noise + classes]`.
  public func input(of noise: NDArray, classes: NDArray?) -> Tensor {
    let count = configuration.classes
    guard count > 0 else { return Tensor(noise) }
    let wanted = classes ?? NDArray(repeating: 0, shape: [noise.shape[0], count])
    return concatenated([Tensor(noise), Tensor(wanted)], axis: 1)
  }
}

extension SynthesisNetwork {
  /// Why no such network can be built for its images and classes, as a message; nil if it can.
  static func problemWithData(of configuration: Configuration) -> String? {
    if !(0...4096).contains(configuration.classes) {
      return "it makes images of \(configuration.classes) classes, expected 0 to 4096"
    }
    if !(1...3).contains(configuration.outputChannels) {
      return "it makes \(configuration.outputChannels) channels, expected 1 to 3"
    }
    if !(1...1024).contains(configuration.size) {
      return "it makes images of \(configuration.size) pixels a side, expected 1 to 1024"
    }
    return nil
  }

  public static func problem(with configuration: Configuration) -> String? {
    problemWithSettings(of: configuration) ?? problemWithData(of: configuration)
  }

  /// The same of a network that doubles the size so often.
  static func problem(with configuration: Configuration, doublings: Int) -> String? {
    if let problem = problemWithSettings(of: configuration) ?? problemWithData(of: configuration) { return problem }
    let multiple = 1 << doublings
    guard configuration.size % multiple != 0 else { return nil }
    return "its images have \(configuration.size) pixels a side, expected a multiple of \(multiple) with doublings "
      + "\(doublings)"
  }

  static func summary(_ title: String, _ configuration: Configuration) -> String {
    let size = "\(configuration.size)x\(configuration.size)x\(configuration.outputChannels)"
    return "\(title), noise of \(configuration.noise) to \(size)"
      + (configuration.classes > 0 ? ", \(configuration.classes) classes" : "")
  }
}

extension WholeDiscriminator {
  static func problemWithData(of configuration: Configuration) -> String? {
    if !(1...1024).contains(configuration.size) {
      return "it judges images of \(configuration.size) pixels a side, expected 1 to 1024"
    }
    if !(1...4097).contains(configuration.outputs) {
      return "it has \(configuration.outputs) outputs, expected 1 to 4097"
    }
    guard NetworkDescription.channelCounts.contains(configuration.inputChannels) else {
      return "it takes \(configuration.inputChannels) channels, expected 1 to "
        + "\(NetworkDescription.channelCounts.upperBound)"
    }
    return nil
  }

  public static func problem(with configuration: Configuration) -> String? {
    problemWithSettings(of: configuration) ?? problemWithData(of: configuration)
  }
}

extension WholeDiscriminator {
  /// Why no such network can be built that halves the size so often, as its first size setting says; nil if it can.
  static func problem(with configuration: Configuration, halvings: Int) -> String? {
    if let problem = problemWithSettings(of: configuration) ?? problemWithData(of: configuration) { return problem }
    let multiple = 1 << halvings
    guard configuration.size % multiple != 0 else { return nil }
    return "it judges images of \(configuration.size) pixels a side, expected a multiple of \(multiple) with "
      + "\(sizeSettings[0]) \(halvings)"
  }
}

extension NetworkDescription {
  /// A generator from noise with these settings for a data set; nil for other networks.
  package func synthesis(outputChannels: Int, classes: Int, imagesOf side: Int) -> NetworkDescription? {
    func adapted<N: SynthesisNetwork>(_ type: N.Type) -> NetworkDescription? {
      guard var configuration = configuration(of: type) else { return nil }
      (configuration.outputChannels, configuration.classes, configuration.size) = (outputChannels, classes, side)
      return NetworkDescription(type, configuration)
    }
    return (network as? any SynthesisNetwork.Type).flatMap { adapted($0) }
  }

  /// A discriminator with these settings that judges images as a whole; nil for other networks.
  package func whole(inputChannels: Int, outputs: Int, imagesOf side: Int) -> NetworkDescription? {
    func adapted<N: WholeDiscriminator>(_ type: N.Type) -> NetworkDescription? {
      guard var configuration = configuration(of: type) else { return nil }
      (configuration.inputChannels, configuration.outputs, configuration.size) = (inputChannels, outputs, side)
      return NetworkDescription(type, configuration)
    }
    return (network as? any WholeDiscriminator.Type).flatMap { adapted($0) }
  }
}
