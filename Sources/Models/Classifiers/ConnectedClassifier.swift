import Layers
import Tensors

/// A classifier of fully connected layers alone, with noise on what each of them sees in training: the one by which Salimans et
/// al. (2016) learn digits from few labels.
public struct ConnectedClassifier: ClassifierNetwork {
  public struct Configuration: ClassifierConfiguration {
    public var inputChannels = 1
    public var classes = 10
    public var size = 28
    /// Values of the first hidden layer; each other one has half as many.
    public var width = 500
    /// How many hidden layers there are.
    public var layers = 3
    /// The standard deviation of the noise on the output of each hidden layer; on images, it is three fifths of that.
    public var noise = 0.5

    public init() {}

    var inputs: Int { size * size * inputChannels }
    /// Values of the other hidden layers.
    var innerWidth: Int { (width + 1) / 2 }
  }

  public let configuration: Configuration
  public let hidden: [Linear]
  public let last: Linear

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    let widths =
      [configuration.inputs, configuration.width]
      + Array(repeating: configuration.innerWidth, count: configuration.layers - 1)
    hidden = zip(widths, widths.dropFirst()).map { Linear($0, $1) }
    last = Linear(widths[configuration.layers], configuration.classes)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { last(features(input)) }

  /// `[N, values of the last hidden layer]`.
  private func features(_ input: Tensor) -> Tensor {
    var x = noisy(input.reshaped(to: [input.shape[0], configuration.inputs]), share: 0.6)
    for layer in hidden { x = noisy(layer(x).rectified()) }
    return x
  }

  /// Outside training, the values themselves.
  private func noisy(_ x: Tensor, share: Double = 1) -> Tensor {
    guard configuration.noise > 0, let context = TrainingContext.current else { return x }
    let (random, deviation) = (context.nextRandom(), Float(share * configuration.noise))
    let first = context.firstImage * x.shape[1]
    return x + Tensor(NDArray((0..<x.shape.count).map { deviation * random.normal(at: first + $0) }, shape: x.shape))
  }

  public func pooledFeatures(of images: Tensor) -> Tensor {
    features((images * 2 - 1).withChannels(configuration.inputChannels))
  }

  public func probabilities(ofFeatures features: Tensor) -> Tensor? { last(features).softmax() }
}

extension ConnectedClassifier {
  public static let name = "connectedClassifier"
  public static let title = "fully connected classifier"

  public static let settings: [Setting<Configuration>] = [
    .integer("width", \.width, 1...8192), .integer("hiddenLayers", \.layers, 1...16), .weight("noise", \.noise),
  ]

  public static func problem(with configuration: Configuration) -> String? {
    problemWithSettings(of: configuration) ?? problemWithData(of: configuration)
  }

  public static func summary(of configuration: Configuration) -> String {
    "\(title), \(configuration.classes) classes, "
      + "\(configuration.size) pixels, \(configuration.inputChannels == 1 ? "gray" : "colour"), width \(configuration.width)"
  }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }
}
