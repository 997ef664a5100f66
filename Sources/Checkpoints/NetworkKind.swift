import Models
import Tensors

/// Which network a file's tensors belong to, told from their names and shapes.
enum NetworkKind {
  case resnetGenerator(ResNetGenerator.Configuration)
  /// Begins like a ResNet generator and does not go on like one.
  case brokenResNetGenerator(ResNetGenerator.Configuration, problem: String)
  case uNetGenerator
  case patchDiscriminator
  case pixelDiscriminator
  case unknown

  /// - Parameter shapes: by name, prefixes removed.
  init(_ shapes: [String: Shape]) {
    if let configuration = ResNetRecognition.configuration(of: shapes) {
      if let problem = ResNetRecognition.mismatch(of: shapes, with: configuration) {
        self = .brokenResNetGenerator(configuration, problem: problem)
      } else {
        self = .resnetGenerator(configuration)
      }
      return
    }
    func isKernel(_ name: String, _ size: Int) -> Bool {
      guard let shape = shapes[name] else { return false }
      return shape.rank == 4 && shape[2] == size && shape[3] == size
    }
    if isKernel("model.model.0.weight", 4) {
      self = .uNetGenerator
    } else if isKernel("model.0.weight", 4), isKernel("model.2.weight", 4) {
      self = .patchDiscriminator
    } else if isKernel("net.0.weight", 1), isKernel("net.2.weight", 1) {
      self = .pixelDiscriminator
    } else {
      self = .unknown
    }
  }

  /// For a person.
  var summary: String {
    switch self {
    case .resnetGenerator(let configuration): configuration.summary
    case .brokenResNetGenerator(let configuration, let problem): "like \(configuration.summary), but \(problem)"
    case .uNetGenerator: "U-Net generator (pix2pix)"
    case .patchDiscriminator: "PatchGAN discriminator"
    case .pixelDiscriminator: "1x1 discriminator"
    case .unknown: "unrecognised"
    }
  }

  /// The generator's settings, or why the file cannot translate.
  func generatorConfiguration(
    names: [String], shapes: [String: Shape]
  ) throws(MalformedFile) -> ResNetGenerator.Configuration {
    switch self {
    case .resnetGenerator(let configuration):
      return configuration
    case .brokenResNetGenerator(let configuration, let problem):
      throw MalformedFile("looks like a \(configuration.summary), but \(problem)")
    case .patchDiscriminator, .pixelDiscriminator:
      throw MalformedFile(
        "is a \(summary), which judges images; expected was a generator, such as latest_net_G_A.pth")
    case .uNetGenerator:
      throw MalformedFile("is a \(summary); this program runs ResNet generators of CycleGAN")
    case .unknown:
      let first = names.prefix(3).map { "\($0) \(shapes[$0] ?? [])" }.joined(separator: ", ")
      throw MalformedFile(
        "holds no generator this program knows: found were \(names.count) tensors (\(first)"
          + (names.count > 3 ? ", …" : "")
          + "), expected was a ResNet generator of CycleGAN (model.1.weight [64, 3, 7, 7], …)")
    }
  }
}

extension ResNetGenerator.Configuration {
  var summary: String {
    let upsampling = upsampling == .transposed ? "transposed convolutions" : "resize convolutions"
    let blocks = "\(blocks) block\(blocks == 1 ? "" : "s")"
    return "ResNet generator, \(blocks), width \(width), \(inputChannels) to \(outputChannels) channels, "
      + "\(norm.rawValue) norm, \(upsampling)\(dropout ? ", dropout" : "")"
  }
}
