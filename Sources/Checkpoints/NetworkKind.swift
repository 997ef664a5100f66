import Models
import Tensors

/// Which network a file's tensors belong to, told from their names and shapes.
enum NetworkKind {
  case generator(Candidate)
  /// Begins like a generator and does not go on like one.
  case brokenGenerator(Candidate, problem: String)
  case patchDiscriminator(inputChannels: Int)
  case pixelDiscriminator(inputChannels: Int)
  case vggDiscriminator
  case uNetDiscriminator
  /// torchvision's, whole or its features alone.
  case vgg19
  /// Ends in a matrix, the name of whose weight is given.
  case classifier(last: String)
  case unknown

  /// - Parameter shapes: by name, prefixes removed.
  init(_ shapes: [String: Shape]) {
    if let candidate = Candidate(shapes) {
      if let problem = candidate.mismatch(with: shapes) {
        self = .brokenGenerator(candidate, problem: problem)
      } else {
        self = .generator(candidate)
      }
      return
    }
    func isKernel(_ name: String, _ size: Int) -> Bool { shapes.convolution(name, kernel: size) != nil }
    if let first = shapes.convolution("model.0.weight", kernel: 4), isKernel("model.2.weight", 4) {
      self = .patchDiscriminator(inputChannels: first.input)
    } else if let first = shapes.convolution("net.0.weight", kernel: 1), isKernel("net.2.weight", 1) {
      self = .pixelDiscriminator(inputChannels: first.input)
    } else if isKernel("conv0_0.weight", 3), shapes["linear1.weight"]?.rank == 2 {
      self = .vggDiscriminator
    } else if isKernel("conv0.weight", 3), isKernel("conv1.weight_orig", 4) {
      self = .uNetDiscriminator
    } else if ["features.", ""].contains(where: { isKernel("\($0)0.weight", 3) && isKernel("\($0)34.weight", 3) }) {
      self = .vgg19
    } else if let last = Self.classifiersLast.first(where: { shapes[$0]?.rank == 2 }) {
      self = .classifier(last: last)
    } else {
      self = .unknown
    }
  }

  /// What the common classifiers call the weight of their last layer.
  private static let classifiersLast = [
    "fc.weight", "classifier.weight", "classifier.1.weight", "classifier.3.weight", "classifier.6.weight",
    "head.weight", "head.fc.weight", "heads.head.weight",
  ]

  /// For a person.
  var summary: String {
    switch self {
    case .generator(let candidate): candidate.network.summary
    case .brokenGenerator(let candidate, let problem): "like \(candidate.network.summary), but \(problem)"
    case .patchDiscriminator(let channels): "PatchGAN discriminator of \(Self.judged(channels))"
    case .pixelDiscriminator(let channels): "1x1 discriminator of \(Self.judged(channels))"
    case .vggDiscriminator: "VGG-style discriminator (SRGAN, ESRGAN)"
    case .uNetDiscriminator: "U-Net discriminator with spectral norm (Real-ESRGAN)"
    case .vgg19: "VGG19, a classifier whose features training can compare images by"
    case .classifier(let last): "classifier, which ends in \(last)"
    case .unknown: "unrecognised"
    }
  }

  /// A conditional discriminator sees a generator's input and output together, of images in colour six channels; three
  /// may be an image or a colorization's L, a and b.
  private static func judged(_ channels: Int) -> String {
    switch channels {
    case 1: "1 channel"
    case 3: "3 channels (an image, or L with its colours)"
    default: "\(channels) channels (conditional: input and output together)"
    }
  }

  /// The generator, or why the file holds none that can be run.
  func generator(names: [String], shapes: [String: Shape]) throws(MalformedFile) -> Candidate {
    switch self {
    case .generator(let candidate):
      return candidate
    case .brokenGenerator(let candidate, let problem):
      throw MalformedFile("resembles a generator (\(candidate.network.summary)), but \(problem)")
    case .patchDiscriminator, .pixelDiscriminator:
      throw MalformedFile(
        "is a \(summary), which judges images; expected was a generator, such as latest_net_G_A.pth")
    case .vggDiscriminator, .uNetDiscriminator:
      throw MalformedFile(
        "is a \(summary), which judges images; expected was a generator, such as net_g_latest.pth")
    case .vgg19:
      throw MalformedFile("is a \(summary); expected was a generator: \(Self.known)")
    case .classifier(let last):
      throw MalformedFile(
        "is a classifier, which names what an image shows (\(last) \(shapes[last] ?? [])); expected was a generator: "
          + Self.known)
    case .unknown:
      let first = names.prefix(3).map { "\($0) \(shapes[$0] ?? [])" }.joined(separator: ", ")
      throw MalformedFile(
        "holds no generator this program knows: found were \(names.count) tensors (\(first)"
          + (names.count > 3 ? ", …" : "") + "), expected was one of \(Self.known)")
    }
  }

  private static let known =
    "CycleGAN's and pix2pix's ResNet and U-Net generators, RRDBNet (ESRGAN), SRVGGNet (Real-ESRGAN), MSRResNet, "
    + "SRResNet (SRGAN)"
}
