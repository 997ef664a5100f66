import Models
import Tensors

/// What a file holds, inferred from its tensors' names and shapes.
enum FileKind {
  case generator(RecognizedNetwork)
  /// Recognised as a generator, but with missing, wrong or surplus tensors.
  case brokenGenerator(RecognizedNetwork, problem: String)
  /// A discriminator or another network that does not output images.
  case other(NetworkDescription)
  /// Ends in a linear layer, whose weight has the given name.
  case classifier(last: String)
  /// Like a network, but not built as it: what it is, and the difference.
  case resembling(String)
  case unknown

  init(_ tensors: TensorShapes) {
    if let recognized = RecognizedNetwork(in: tensors) {
      let network = recognized.network.network
      if !(network is any GeneratorNetwork.Type || network is any SynthesisNetwork.Type) {
        self = .other(recognized.network)
      } else if let problem = recognized.keys.mismatch(with: tensors) {
        self = .brokenGenerator(recognized, problem: problem)
      } else {
        self = .generator(recognized)
      }
    } else if let last = Self.lastOfClassifiers.first(where: { tensors[$0]?.rank == 2 }) {
      self = .classifier(last: last)
    } else if let difference = Networks.all.lazy.compactMap({ $0.difference(in: tensors) }).first {
      self = .resembling(difference)
    } else {
      self = .unknown
    }
  }

  /// The names that common classifiers give the weight of their last layer.
  private static let lastOfClassifiers = [
    "fc.weight", "classifier.weight", "classifier.1.weight", "classifier.3.weight", "classifier.6.weight",
    "head.weight", "head.fc.weight", "heads.head.weight",
  ]

  /// A summary for users.
  var summary: String {
    switch self {
    case .generator(let recognized): recognized.network.summary
    case .brokenGenerator(let recognized, let problem): "like \(recognized.network.summary), but \(problem)"
    case .other(let network): network.summary
    case .classifier(let last): "classifier, which ends in \(last)"
    case .resembling(let difference): "like \(difference)"
    case .unknown: "unrecognised"
    }
  }

  var isUnknown: Bool {
    if case .unknown = self { true } else { false }
  }

  /// The generator. Throws, saying why, if the file holds none that can be run.
  ///
  /// - Parameter names: the names of the file's tensors, in its order.
  func generator(names: [String], in tensors: TensorShapes) throws(MalformedFile) -> RecognizedNetwork {
    switch self {
    case .generator(let recognized):
      return recognized
    case .brokenGenerator(let recognized, let problem):
      throw MalformedFile("resembles a generator (\(recognized.network.summary)), but \(problem)")
    case .other(let network):
      guard let discriminator = network.network as? any DiscriminatorNetwork.Type else {
        throw MalformedFile("is \(summary); expected a generator: \(Self.known)")
      }
      let example = discriminator.exampleOfGeneratorFile.map { ", such as \($0)" } ?? ""
      throw MalformedFile("is a \(summary), which judges images; expected a generator\(example)")
    case .classifier(let last):
      throw MalformedFile(
        "is a classifier, which names what an image shows (\(last) \(tensors[last] ?? [])); expected a generator: "
          + Self.known)
    case .resembling(let difference):
      throw MalformedFile("resembles \(difference)")
    case .unknown:
      let first = names.prefix(3).map { "\($0) \(tensors[$0] ?? [])" }.joined(separator: ", ")
      throw MalformedFile(
        "holds no generator this program knows: found \(names.count) tensors (\(first)"
          + (names.count > 3 ? ", …" : "") + "), expected one of \(Self.known)")
    }
  }

  private static var known: String { SettingText.alternatives(Networks.generators.map { $0.title }) }
}
