import Checkpoints
import Foundation
import Models
import Tensors
import Testing

/// Files of generators from noise, which are recognised by their tensors and give PyTorch's images and gradients.
@Suite struct SynthesisFilesTests {
  static let files: [(name: String, summary: String)] = [
    ("stylegan2.pth", "StyleGAN2 generator, noise of 6 to 16x16x3"),
    ("biggan.pth", "BigGAN generator, noise of 8 to 32x32x3, 3 classes, width 2, attention at 16 pixels"),
    ("biggan-64.pth", "BigGAN generator, noise of 10 to 64x64x1, width 1"),
    ("stylegan2-adain.safetensors", "StyleGAN2 generator with StyleGAN's AdaIN, noise of 6 to 8x8x3"),
    ("stylegan2-conditional.safetensors", "StyleGAN2 generator, noise of 6 to 8x8x1, 3 classes"),
  ]

  private static func expected(_ name: String) throws -> TensorFile {
    try TensorFile(contentsOf: Golden.url("Synthesis/\(name.split(separator: ".")[0]).expected.safetensors"))
  }

  @Test(arguments: files) func makesPyTorchsImages(name: String, summary: String) throws {
    let model = try ModelFile(contentsOf: Golden.url("Synthesis/\(name)"))
    #expect(!model.isSelfDescribed && model.description.task == "generation")
    #expect(model.description.network.summary == summary)
    let (network, expected) = (try model.synthesis(), try Self.expected(name))
    let noise = try #require(expected.array(named: "noise"))
    let classes = expected.array(named: "classes")
    let images = withoutGradients { network.images(of: noise, classes: classes).value }
    try Self.expectClose(images, expected, "images")
    guard let styled = network as? any StyledNetwork else { return }
    let truncated = withoutGradients {
      let style = styled.style(of: styled.input(of: noise, classes: classes))
      return styled.images(ofStyles: styled.repeated(styled.truncated(style, to: 0.5))).value
    }
    try Self.expectClose(truncated, expected, "truncated")
  }

  private static func expectClose(_ images: NDArray, _ expected: TensorFile, _ name: String) throws {
    let truth = withoutGradients { Tensor(expected.array(named: name) ?? NDArray(0)).transposed([0, 2, 3, 1]).value }
    #expect(images.shape == truth.shape)
    let error = zip(images.scalars, truth.scalars).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error < 1e-4, "\(name) \(error)")
  }

  @Test(arguments: files.map(\.name)) func gradientsArePyTorchs(name: String) throws {
    let model = try ModelFile(contentsOf: Golden.url("Synthesis/\(name)"))
    let (network, expected) = (try model.synthesis(), try Self.expected(name))
    let noise = Tensor(variable: try #require(expected.array(named: "noise")))
    let input = expected.array(named: "classes").map { concatenated([noise, Tensor($0)], axis: 1) } ?? noise
    let upstream = Tensor(try #require(expected.array(named: "upstream"))).transposed([0, 2, 3, 1])
    let parameters = network.namedParameters
    let found = gradients(
      of: (network(input) * upstream).sum(), withRespectTo: [noise] + parameters.map(\.parameter.tensor))
    let keys = Dictionary(uniqueKeysWithValues: model.description.network.tensorKeys.map { ($0.path, $0) })
    for (name, gradient) in zip(["noise"] + parameters.map(\.name), found) {
      let key = keys[name]
      let stored = try #require(expected.array(named: "gradient.\(key?.key ?? name)"), "\(name)")
      let truth = withoutGradients { key?.layout.axesFromFile.map { Tensor(stored).transposed($0).value } ?? stored }
      #expect(gradient.shape == truth.shape)
      let largest = truth.scalars.map(abs).max() ?? 0
      let error = zip(gradient.value.scalars, truth.scalars).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error <= 1e-4 * max(1, largest), "\(name) \(error)")
    }
  }

  /// Whatever shapes its tensors have, a file is read or refused in words.
  @Test(arguments: files.map(\.name)) func readsOrRefusesOddShapes(name: String) throws {
    let file = try TensorFile(contentsOf: Golden.url("Synthesis/\(name)"))
    let shapes = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0.shape) })
    let odd: [Shape?] = [nil, [], [0], [1, 1], [0, 0, 0, 0], [2, 3, 3, 3], [1 << 30, 1 << 30]]
    for tensor in shapes.keys.sorted() {
      for shape in odd {
        var changed = shapes
        changed[tensor] = shape
        for network in Networks.synthesis {
          _ = NetworkDescription.recognized(network, in: TensorShapes(changed)).map { ($0.network.problem, $0.keys) }
        }
      }
    }
  }

  @Test(arguments: files.map(\.name)) func whatGuiseWritesIsRead(name: String) throws {
    let model = try ModelFile(contentsOf: Golden.url("Synthesis/\(name)"))
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "model.safetensors")
      func write<N: SynthesisNetwork>(_ network: N) throws {
        try ModelFile.write(network, description: model.description, to: url)
      }
      try write(model.synthesis())
      let again = try ModelFile(contentsOf: url)
      #expect(again.isSelfDescribed && again.description.network == model.description.network)
      _ = try again.synthesis()
    }
  }

  /// As StyleGAN2's networks are published.
  @Test func picklesWithCodeAreRefusedInWords() throws {
    let contents =
      Data([0x80, 3]) + Data("}q\0X\u{4}\0\0\0G_emac".utf8)
      + Data("torch_utils.persistence\n_reconstruct_persistent_obj\n".utf8)
    do throws(CheckpointError) {
      _ = try TensorFile(contents, from: URL(filePath: "ffhq.pkl"))
      Issue.record("read")
    } catch {
      #expect(error.problem.contains("save the state_dict of its G_ema"), "\(error)")
    }
  }
}
