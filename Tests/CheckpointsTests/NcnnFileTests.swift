import Checkpoints
import Foundation
import Models
import Tensors
import TestSupport
import Testing

/// ncnn's models, made by scripts/golden/ncnn_models.py with ncnn's own results.
@Suite struct NcnnFileTests {
  private static let summaries = [
    ("rrdb-x4", "RRDBNet x4, 2 blocks, width 4, growth 2, 3 to 3 channels"),
    ("rrdb-x2", "RRDBNet x2, 1 block, width 4, growth 3, 3 to 3 channels"),
    ("srvgg-x4", "SRVGGNet x4, 3 convolutions, width 5, 3 to 3 channels"),
    ("srvgg-x2", "SRVGGNet x2, 2 convolutions, width 4, 3 to 3 channels"),
    ("msrresnet-x4", "MSRResNet x4, 2 blocks, width 4, 3 to 3 channels"),
    ("span-x4", "SPAN x4, 2 blocks, width 4, 3 to 3 channels, folded"),
    ("span-x2", "SPAN x2, 3 blocks, width 5, 3 to 3 channels, folded"),
    ("span-plain-x3", "SPAN x3, 2 blocks, width 4, 3 to 3 channels, not normalised, folded"),
  ]

  @Test(arguments: summaries)
  func upscalesAsNcnnDoes(name: String, summary: String) throws {
    let model = try ModelFile(contentsOf: Golden.url("ncnn-\(name).param"))
    #expect(model.file.format == .ncnn && !model.isSelfDescribed)
    #expect(model.description.task == "super-resolution" && model.description.network.summary == summary)
    let expected = try TensorFile(contentsOf: Golden.url("ncnn-\(name).expected.safetensors"))
    let image = Tensor(try #require(expected.array(named: "image"))).transposed([0, 2, 3, 1])
    let upscaler = try model.upscaler()
    let upscaled = withoutGradients { upscaler(image).transposed([0, 3, 1, 2]).value }
    let truth = try #require(expected.array(named: "upscaled"))
    #expect(upscaled.shape == truth.shape)
    #expect((zip(upscaled.scalars, truth.scalars).map { abs($0 - $1) }.max() ?? .infinity) < 1e-4)
  }

  /// Whichever of the two is named, the tensors are the same, and have the names of PyTorch's files.
  @Test func eitherFileOpensBoth() throws {
    let graph = try TensorFile(contentsOf: Golden.url("ncnn-srvgg-x4.param"))
    let weights = try TensorFile(contentsOf: Golden.url("ncnn-srvgg-x4.bin"))
    #expect(weights.format == .ncnn && graph.tensors == weights.tensors && graph.arrays() == weights.arrays())
    #expect(graph.names.prefix(4) == ["body.0.weight", "body.0.bias", "body.1.weight", "body.2.weight"])
    #expect(graph.tensors[0].elementType == .float16 && graph.tensors[1].elementType == .float32)
    #expect(ModelInspection(graph).text().contains("format      ncnn\n"))
  }

  @Test func refusesOneFileWithoutTheOther() throws {
    try withTemporaryFolder { folder in
      for (alone, problem) in [
        ("param", "is a graph of ncnn's, and x.bin is not beside it"),
        ("bin", "is no file of PyTorch's, and x.param is not beside it"),
      ] {
        let url = folder.appending(path: "x.\(alone)")
        try FileManager.default.copyItem(at: Golden.url("ncnn-srvgg-x4.\(alone)"), to: url)
        let error = #expect(throws: CheckpointError.self) { try TensorFile(contentsOf: url) }
        #expect(error?.file == "x.\(alone)" && error?.problem.hasPrefix(problem) == true)
        try FileManager.default.removeItem(at: url)
      }
    }
  }

  /// A `.bin` that PyTorch saved needs no graph.
  @Test func opensOtherFormatsCalledBin() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.bin")
      try FileManager.default.copyItem(at: Golden.url("srvgg-x4.pth"), to: url)
      #expect(try TensorFile(contentsOf: url).format == .pyTorchZip)
    }
  }

  private static let edits: [(graph: String, from: String, to: String, problem: String)] = [
    ("rrdb-x4", "7767517", "7767517 1", "is no graph of ncnn's: its first line is not 7767517 alone"),
    ("rrdb-x4", "\n99 168", "\n99999999999999999 166", "announces 99999999999999999 layers and has 99"),
    ("rrdb-x4", "\n99 168", "\nmany", "lacks the numbers of its layers and blobs in the second line"),
    ("srvgg-x2", "PReLU ", "Selu ", "has the layer Selu prelu_4, a type that no network here has; expected"),
    (
      "srvgg-x2", "PReLU            prelu_4                  1 1 3", "PReLU            prelu_4                  1 1 99",
      "is damaged: the layer PReLU prelu_4 reads 99, which no earlier layer makes"
    ),
    ("srvgg-x2", "1 1 3 4", "1 1 3 3", "is damaged: the layer PReLU prelu_4 makes 3, which an earlier layer makes"),
    ("srvgg-x2", "1 1 3 4", "1 1000000000000 3 4", "is damaged: a line that is not a layer: PReLU"),
    ("srvgg-x2", "0=2\n", "0=two\n", "is damaged: the layer PixelShuffle pixelshuffle_10 has the parameter 0=two"),
    (
      "srvgg-x2", "0=2\n", "0=2 1=1\n",
      "has the layer PixelShuffle pixelshuffle_10, whose order of channels is not PyTorch's"
    ),
    (
      "srvgg-x2", "0=2\n", "0=99999999999999999999\n",
      "has the layer PixelShuffle pixelshuffle_10, whose parameter 0 is not a whole number in 1 to 64"
    ),
    (
      "srvgg-x2", "0=2\n", "0=2 7=1\n",
      "has the layer PixelShuffle pixelshuffle_10, whose parameter 7 is unknown here"
    ),
    (
      "srvgg-x2", "0=1 1=2", "0=2 1=2",
      "has the layer Interp interp_11, an enlargement by 2, bilinear, which does not fit "
        + "SRVGGNet x2, 2 convolutions, width 4, 3 to 3 channels: expected"
    ),
    (
      "srvgg-x2", "0=1 1=2.000000e+00", "0=1 1=3.000000e+00",
      "has the layer Interp interp_11, a change of size by 3.0 and 2.0, nearest, which does not fit"
    ),
    (
      "srvgg-x2", "4=1 5=1 6=108", "4=0 5=1 6=108",
      "has the layer Convolution convolution_3, a convolution with a weight [4, 3, 3, 3], padded by 0, which does not fit"
    ),
    (
      "srvgg-x2", "4=1 5=1 6=108", "4=1 5=1 6=108 3=2",
      "has the layer Convolution convolution_3, a convolution of stride 2 with a weight [4, 3, 3, 3], which does not fit"
    ),
    (
      "srvgg-x2", "4=1 5=1 6=108", "4=1 5=1 6=108 8=2",
      "has the layer Convolution convolution_3, which is quantised to 8 bits"
    ),
    (
      "srvgg-x2", "4=1 5=1 6=108", "4=1 5=1 6=108 9=2 -23310=1,0.1",
      "has the layer Convolution convolution_3, a rectifier with slope 0.1, which does not fit SRVGGNet"
    ),
    ("srvgg-x2", "4=1 5=1 6=108", "4=1 5=1 6=107", "has the layer Convolution convolution_3, whose 107 weights"),
    (
      "srvgg-x2", "BinaryOp         binaryop_12              2 1 10 11",
      "BinaryOp         binaryop_12              2 1 10 10",
      "has 2 outputs (interp_11, binaryop_12), expected 1"
    ),
    (
      "rrdb-x4", "-23301=2,2.000000e-01", "-23301=2,1.000000e-01",
      "a multiplication by 0.1, which does not fit RRDBNet x4, "
        + "2 blocks, width 4, growth 2, 3 to 3 channels: expected a multiplication by 0.2 there"
    ),
    (
      "rrdb-x4", "-23310=1,2.000000e-01", "-23310=1,1.000000e-01",
      "a rectifier with slope 0.1, which does not fit RRDBNet"
    ),
    (
      "rrdb-x4", "-23310=1,2.000000e-01", "-23310=2,2.000000e-01",
      "has the parameter -23310=2,2.000000e-01, expected a number for each key"
    ),
  ]

  /// A graph with one change that would give another picture, or that makes no sense.
  @Test(arguments: edits)
  func refusesOtherGraphs(graph: String, from: String, to: String, problem: String) throws {
    let text = String(decoding: try Golden.contents("ncnn-\(graph).param"), as: UTF8.self)
    let range = try #require(text.range(of: from))
    let edited = text.replacingCharacters(in: range, with: to)
    let error = #expect(throws: CheckpointError.self) { try open(edited, Golden.contents("ncnn-\(graph).bin")) }
    #expect(error?.file == "x.param" && error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
  }

  /// Wires of the same shapes that are exchanged.
  @Test func refusesOtherConnections() throws {
    let text = String(decoding: try Golden.contents("ncnn-rrdb-x4.param"), as: UTF8.self)
    var lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let concatenations = lines.indices.filter { lines[$0][0] == "Concat" && lines[$0][2] == "3" }
    let first = try #require(concatenations.first)
    lines[first].swapAt(5, 6)
    let edited = lines.map { $0.joined(separator: " ") }.joined(separator: "\n")
    let error = #expect(throws: CheckpointError.self) { try open(edited, Golden.contents("ncnn-rrdb-x4.bin")) }
    #expect(error?.problem.contains("a concatenation, which does not fit RRDBNet") == true, "\(error?.problem ?? "")")
  }

  @Test func refusesOtherWeights() throws {
    let graph = String(decoding: try Golden.contents("ncnn-srvgg-x2.param"), as: UTF8.self)
    let weights = try Golden.contents("ncnn-srvgg-x2.bin")
    func tagged(_ tag: UInt32) -> Data { withUnsafeBytes(of: tag.littleEndian) { Data($0) } + weights.dropFirst(4) }
    for (weights, problem) in [
      (
        weights.dropLast(), "is cut short, or not the graph's: the weights of the layer Convolution convolution_9 need "
      ),
      (weights + [0], "is not the graph's: its layers have 3472 bytes of weights, and it has 3473"),
      (Data(), "is cut short, or not the graph's: the weights of the layer Convolution convolution_3 need 4 bytes"),
      (
        tagged(0x000D_4B38), "holds weights of 8 bits, those of the layer Convolution convolution_3; expected the model"
      ),
      (tagged(1), "holds weights that are quantised by a table, or is not the graph's: those of the layer Convolution"),
    ] {
      let error = #expect(throws: CheckpointError.self) { try open(graph, Data(weights)) }
      #expect(error?.file == "x.bin" && error?.problem.hasPrefix(problem) == true, "\(error?.problem ?? "")")
    }
    #expect(try open(graph, tagged(0x0002_C056)).format == .ncnn)
  }

  /// The published x2 of Real-ESRGAN's models for animation is the x4 with a reduction after it.
  @Test func refusesAReductionOfTheResult() throws {
    let text = String(decoding: try Golden.contents("ncnn-srvgg-x2.param"), as: UTF8.self)
    let reduced = text.replacing("\n12 13\n", with: "\n13 14\n").replacing(
      " output 0=0\n", with: " 12 0=0\nInterp reduction 1 1 12 output 0=3 1=5.000000e-01 2=5.000000e-01\n")
    let error = #expect(throws: CheckpointError.self) { try open(reduced, Golden.contents("ncnn-srvgg-x2.bin")) }
    #expect(
      error?.problem == "has the layer Interp reduction, a change of size by 0.5 and 0.5, bicubic, after the output of "
        + "SRVGGNet x2, 2 convolutions, width 4, 3 to 3 channels: expected nothing there; take the file of the network "
        + "alone, and change the size of its result")
  }

  @Test func refusesAnotherMeanColour() throws {
    let graph = String(decoding: try Golden.contents("ncnn-span-x4.param"), as: UTF8.self)
    var weights = try Golden.contents("ncnn-span-x4.bin")
    weights.replaceSubrange(0..<4, with: withUnsafeBytes(of: Float(0.5).bitPattern.littleEndian) { Data($0) })
    let error = #expect(throws: CheckpointError.self) { try open(graph, weights) }
    #expect(
      error?.problem.hasSuffix(
        "an addition of [-0.5, -0.4371, -0.404], which does not fit SPAN x4, 2 blocks, width 4, 3 to 3 channels, folded: "
          + "expected an addition of [-0.4488, -0.4371, -0.404] there") == true, "\(error?.problem ?? "")")
  }

  /// PyTorch's files of such models have a tensor that says so.
  /// Pairs that `guise models convert --precision float16` once made of PyTorch files stay readable.
  @Test(arguments: ["Colorizers/eccv16", "Colorizers/siggraph17", "Restoration/realplksr-layer-x2"])
  func readsWhatWasConverted(name: String) throws {
    let original = try ModelFile(contentsOf: Golden.url("\(name).pth"))
    let pair = Golden.url("Converted/\(URL(filePath: name).lastPathComponent).param")
    let model = try ModelFile(contentsOf: pair)
    #expect(model.description.network == original.description.network)
    for tensor in model.file.tensors {
      let key = try #require(original.file.names.first { $0 == tensor.name || $0.hasSuffix(".\(tensor.name)") })
      let expected = try #require(original.file.array(named: key)).scalars
      let isRounded = tensor.elementType == .float16
      #expect(
        model.file.array(named: tensor.name)?.scalars == (isRounded ? expected.map { Float(Float16($0)) } : expected),
        "\(tensor.name)")
    }
  }

  @Test func marksSPANWithoutNormalization() throws {
    let plain = try TensorFile(contentsOf: Golden.url("ncnn-span-plain-x3.bin"))
    #expect(plain.array(named: "no_norm") == NDArray([0], shape: [1]))
    #expect(try TensorFile(contentsOf: Golden.url("ncnn-span-x4.bin")).names.contains("no_norm") == false)
  }

  @Test(arguments: [
    "ncnn-rrdb-x4", "ncnn-srvgg-x2", "ncnn-span-x2", "Converted/eccv16", "Converted/siggraph17",
    "Converted/realplksr-layer-x2",
  ])
  func standsDamage(name: String) throws {
    let (graph, weights) = (try Golden.contents("\(name).param"), try Golden.contents("\(name).bin"))
    let url = URL(filePath: "x.param")
    func read(_ graph: Data) throws {
      let file = try TensorFile(graph: graph, at: url, weights: weights, at: url, opened: url)
      _ = file.arrays()
      let model = try ModelFile(file)
      _ = try? model.generator()
      _ = try? model.upscaler()
    }
    // Without its last line, every graph is cut; without the newline alone, it is whole.
    for length in stride(from: 0, to: graph.count - 40, by: 1 + graph.count / 300) {
      #expect(throws: CheckpointError.self, "the first \(length) bytes") { try read(graph.prefix(length)) }
    }
    let random = Random(seed: 1, purpose: name)
    for copy in 0..<500 {
      var damaged = graph
      let position = random.integer(in: 0..<graph.count, at: 2 * copy)
      damaged[position] = UInt8(truncatingIfNeeded: random.bits(at: 2 * copy + 1))
      try? read(damaged)
    }
  }

  @Test func refusesTextThatIsNotUTF8() throws {
    let url = URL(filePath: "x.param")
    let graph = try Golden.contents("ncnn-srvgg-x2.param") + [0xff]
    let error = #expect(throws: CheckpointError.self) {
      try TensorFile(graph: graph, at: url, weights: Data(), at: url, opened: url)
    }
    #expect(error?.problem == "is not text in UTF-8")
  }

  private func open(_ graph: String, _ weights: Data) throws -> TensorFile {
    let url = URL(filePath: "x.param")
    return try TensorFile(
      graph: Data(graph.utf8), at: url, weights: weights, at: URL(filePath: "x.bin"), opened: url)
  }
}
