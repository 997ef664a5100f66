import Checkpoints
import Datasets
import Foundation
import Images
import Layers
import Models
import Tensors

/// Makes images from noise with a model of the task generation. An image depends on the model, the seed, its place and its
/// class alone.
public final class ImageMaker {
  private let network: any SynthesisNetwork
  /// The names of the classes, or the captions, that may be asked for; empty if there are none.
  public let classes: [String]
  /// Nil for a model that knows classes, or neither.
  private let captions: CaptionVectors?

  private static let madeAtOnce = 64

  /// - Parameters:
  ///   - url: a model file, or a finished run's folder.
  ///   - captions: for a model that learnt captions.
  ///
  /// Throws `CheckpointError` or `ModelError`; `GenerationError` for a model whose results are no images, or to which captions
  /// are unknown or missing.
  public convenience init(modelAt url: URL, captions: CaptionVectors? = nil) throws {
    try self.init(ModelFile(at: url, orInRunFolder: ["generator", "generator1"]), captions: captions)
  }

  public init(_ model: ModelFile, captions: CaptionVectors? = nil) throws {
    let file = model.file.url.relativePath
    network = try model.synthesis()
    let count = network.configuration.classes
    guard network.configuration.outputChannels != 2 else { throw GenerationError.noImages(file: file) }
    if model.description.takesCaptions {
      guard let captions else { throw GenerationError.captionsMissing(file: file, width: count) }
      guard captions.width == count else {
        throw GenerationError.otherVectors(file: file, width: count, given: captions.width)
      }
    } else if captions != nil {
      throw GenerationError.noCaptions(file: file)
    }
    self.captions = captions
    classes = captions?.file.captions ?? model.description.classes ?? (0..<count).map(String.init)
  }

  /// The number of a class that is given by its name. Throws `GenerationError`.
  public func label(named name: String) throws(GenerationError) -> Int {
    guard !classes.isEmpty else { throw .noClasses(asked: name) }
    guard let label = classes.firstIndex(of: name) else {
      throw captions == nil ? .unknownClass(name, known: classes) : .unknownCaption(name)
    }
    return label
  }

  /// Makes images one after the other; stops if `body` returns false.
  ///
  /// - Parameters:
  ///   - label: of all images; if nil, classes take turns.
  ///   - truncation: noise further than this from 0 is drawn again, which gives less varied and more usual images; of a
  ///     network with styles, the share of their distance from the mean style that is kept. Nil for none.
  ///   - body: is given the image, its place from 0 on, and the number of its class.
  public func make(
    _ count: Int, label: Int? = nil, seed: UInt64, truncation: Float? = nil,
    _ body: (_ image: Image, _ place: Int, _ label: Int?) throws -> Bool
  ) throws {
    for start in stride(from: 0, to: count, by: Self.madeAtOnce) {
      let places = start..<min(count, start + Self.madeAtOnce)
      let labels = places.map { place in classes.isEmpty ? nil : label ?? place % classes.count }
      let noise = places.flatMap { drawn(seed: seed, place: $0, truncation: truncation) }
      for (place, image) in zip(places, images(of: noise, labels, truncation)) {
        guard try body(image, place, labels[place - start]) else { return }
      }
    }
  }

  /// A row of images from one place's noise to the next's; of a network with styles, from style to style.
  ///
  /// - Parameter steps: at least 2, both ends included.
  public func interpolate(
    _ steps: Int, from place: Int, label: Int? = nil, seed: UInt64, truncation: Float? = nil
  ) -> [Image] {
    let ends = [place, place + 1].map { drawn(seed: seed, place: $0, truncation: truncation) }
    let shares = (0..<steps).map { Float($0) / Float(max(1, steps - 1)) }
    let wanted = classes.isEmpty ? nil : label ?? place % classes.count
    guard let network = network as? any StyledNetwork else {
      let noise = shares.flatMap { Self.between(ends[0], ends[1], share: $0) }
      return images(of: noise, Array(repeating: wanted, count: steps), truncation)
    }
    return withoutGradients {
      let styles = styles(of: ends.flatMap(\.self), [wanted, wanted], by: network, truncation)
      let (first, last) = (styles.sliced(axis: 0, range: 0..<1), styles.sliced(axis: 0, range: 1..<2))
      return shares.flatMap { share in
        Self.images(network.images(ofStyles: network.repeated(first + (last - first) * share)))
      }
    }
  }

  /// Along the arc between two points, since points far from 0 are where a normal distribution lies.
  private static func between(_ first: [Float], _ last: [Float], share: Float) -> [Float] {
    func length(_ values: [Float]) -> Float { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let lengths = max(length(first) * length(last), .leastNormalMagnitude)
    let cosine = min(1, max(-1, zip(first, last).reduce(0) { $0 + $1.0 * $1.1 } / lengths))
    let angle = Float(acos(Double(cosine)))
    guard angle > 1e-3, angle < .pi - 1e-3 else { return zip(first, last).map { $0 + ($1 - $0) * share } }
    let (a, b) = (Float(sin(Double(angle * (1 - share)))), Float(sin(Double(angle * share))))
    let whole = Float(sin(Double(angle)))
    return zip(first, last).map { ($0 * a + $1 * b) / whole }
  }

  /// What the noise of an image is drawn from.
  static func random(seed: UInt64, place: Int) -> Random { Random(seed: seed, purpose: "generate.noise", step: place) }

  private func drawn(seed: UInt64, place: Int, truncation: Float?) -> [Float] {
    let (random, size) = (Self.random(seed: seed, place: place), network.configuration.noise)
    return (0..<size).map { index in
      guard let truncation, !(network is any StyledNetwork) else { return random.normal(at: index) }
      // Even of values within 0.1, one in twelve is; what never comes is cut.
      let inside = (0..<64).lazy.map { random.normal(at: index + $0 * size) }.first { abs($0) <= truncation }
      return inside ?? min(truncation, max(-truncation, random.normal(at: index)))
    }
  }

  private func images(of noise: [Float], _ labels: [Int?], _ truncation: Float?) -> [Image] {
    withoutGradients {
      if let network = network as? any StyledNetwork {
        return Self.images(
          network.images(ofStyles: network.repeated(styles(of: noise, labels, by: network, truncation))))
      }
      return Self.images(network(input(of: noise, labels)))
    }
  }

  private func styles(
    of noise: [Float], _ labels: [Int?], by network: any StyledNetwork, _ truncation: Float?
  ) -> Tensor {
    let styles = network.style(of: input(of: noise, labels))
    return truncation.map { network.truncated(styles, to: $0) } ?? styles
  }

  private func input(of noise: [Float], _ labels: [Int?]) -> Tensor {
    let wanted = labels.compactMap(\.self)
    let conditions =
      captions.map { $0[wanted] } ?? (classes.isEmpty ? nil : LabelledSample.classes(wanted, of: classes.count))
    return network.input(of: NDArray(noise, shape: [labels.count, network.configuration.noise]), classes: conditions)
  }

  private static func images(_ array: Tensor) -> [Image] {
    (0..<array.shape[0]).map { Image(array: array.value, index: $0) }
  }
}

/// Why images cannot be made as asked.
public enum GenerationError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case noImages(file: String)
  case noStyles(file: String)
  case tooFewLabels(file: String)
  case noComponent(Int, known: Int)
  case needsCaptions(file: String)
  case captionsMissing(file: String, width: Int)
  case otherVectors(file: String, width: Int, given: Int)
  case noCaptions(file: String)
  case noClasses(asked: String)
  case unknownClass(String, known: [String])
  case unknownCaption(String)

  public var description: String {
    switch self {
    case .noImages(let file): "\(file) makes points of a plane, expected a model that makes images"
    case .noStyles(let file): "\(file) makes images of noise at once, expected a model with styles, such as StyleGAN2"
    case .tooFewLabels(let file): "\(file) knows no classes: directions between labels need a model that does"
    case .noComponent(let number, let known): "there is no component \(number), expected 1 to \(known)"
    case .needsCaptions(let file):
      "\(file) makes images of captions, whose styles cannot be edited: expected a model of classes, or without conditions"
    case .captionsMissing(let file, let width):
      "\(file) makes images of captions, expected some, with vectors of \(width) values from the encoder that it was trained with (--captions and --vectors)"
    case .otherVectors(let file, let width, let given):
      "\(file) takes captions as vectors of \(width) values, those given have \(given): use the encoder that it was trained with"
    case .noCaptions(let file): "\(file) has learnt no captions: give none"
    case .noClasses(let asked): "the model makes images without classes: '\(asked)' cannot be asked for"
    case .unknownCaption(let name): "no line of the captions is '\(name)', expected one of them"
    case .unknownClass(let name, let known):
      "the model knows no class '\(name)', expected one of \(known.prefix(20).joined(separator: ", "))"
        + (known.count > 20 ? ", and \(known.count - 20) more" : "")
    }
  }

  public var errorDescription: String? { description }
}
