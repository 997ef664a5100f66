import Checkpoints
import Foundation
import Models
import Tensors
import TestSupport
import Testing

/// ONNX files of other programs, and damaged ones.
@Suite struct ONNXFileTests {
  /// A field of a message: a number, or bytes.
  private static func field(_ number: Int, _ value: Int) -> [UInt8] { variable(number << 3) + variable(value) }

  private static func field(_ number: Int, _ bytes: some Sequence<UInt8>) -> [UInt8] {
    let bytes = Array(bytes)
    return variable(number << 3 | 2) + variable(bytes.count) + bytes
  }

  private static func variable(_ value: Int) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 0x7f | 0x80)] + variable(value >> 7)
  }

  private static func tensor(_ name: String, _ shape: [Int], type: Int = 1, _ values: [UInt8]) -> [UInt8] {
    field(5, shape.flatMap { field(1, $0) } + field(2, type) + field(8, name.utf8) + values)
  }

  private static func model(_ graph: [UInt8]) -> Data { Data(field(1, 8) + field(2, "test".utf8) + field(7, graph)) }

  private static func bytes(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
  }

  private func open(_ file: Data) throws -> TensorFile { try TensorFile(file, from: URL(filePath: "x.onnx")) }

  private func problem(_ file: Data) -> String {
    let error = #expect(throws: CheckpointError.self) { try open(file) }
    return error?.problem ?? ""
  }

  /// PyTorch's exporters keep the weights' names, and add tensors of their own.
  @Test func readsWhatPyTorchExports() throws {
    let original = try ModelFile(contentsOf: Golden.url("rrdb-x4.pth"))
    var graph: [UInt8] = []
    for tensor in original.file.tensors {
      let name = tensor.name.replacing("params_ema.", with: "")
      let values = try #require(original.file.array(named: tensor.name)).scalars
      // In the field for this type; others are in raw bytes.
      let data = tensor.shape.rank == 1 ? Self.field(4, Self.bytes(values)) : Self.field(9, Self.bytes(values))
      graph += Self.tensor(name, tensor.shape.dimensions, data)
    }
    graph += Self.tensor("onnx::Resize_12", [4], Self.field(9, Self.bytes([1, 1, 2, 2])))
    graph += Self.tensor("val_3", [1], Self.field(9, Self.bytes([0.2])))
    graph += Self.tensor("/body/Constant_output_0", [1], Self.field(9, Self.bytes([0.2])))
    let model = try ModelFile(open(Self.model(graph)))
    #expect(model.file.format == .onnx && !model.isSelfDescribed)
    #expect(model.description.network == original.description.network)
    let image = Tensor(randomValues(shape: [1, 5, 6, 3], "image"))
    let (found, expected) = try (model.upscaler(), original.upscaler())
    #expect(withoutGradients { found(image).value == expected(image).value })
  }

  /// Files of PyTorch's exporters, made by scripts/golden/onnx_models.py with PyTorch's results.
  @Test(arguments: [
    ("srvgg-traced", "SRVGGNet x2, 2 convolutions, width 4, 3 to 3 channels"),
    ("srvgg-captured", "SRVGGNet x2, 2 convolutions, width 4, 3 to 3 channels"),
    ("span-plain", "SPAN x2, 1 block, width 4, 3 to 3 channels, not normalised, folded"),
  ])
  func upscalesAsPyTorchDoes(name: String, summary: String) throws {
    let model = try ModelFile(contentsOf: Golden.url("onnx-\(name).onnx"))
    #expect(model.description.network.summary == summary)
    let expected = try TensorFile(contentsOf: Golden.url("onnx-\(name).expected.safetensors"))
    let image = Tensor(try #require(expected.array(named: "image"))).transposed([0, 2, 3, 1])
    let upscaler = try model.upscaler()
    let upscaled = withoutGradients { upscaler(image).transposed([0, 3, 1, 2]).value }
    let truth = try #require(expected.array(named: "upscaled"))
    let difference = Difference(between: upscaled, and: truth, tolerance: 1e-4)
    #expect(difference == nil, "\(difference?.description ?? "")")
  }

  /// Weights of 16 bits in whole numbers, as the format allows.
  @Test func readsHalvesInIntegers() throws {
    let halves: [Float16] = [1, -2, 0.5]
    let integers = halves.flatMap { Self.variable(Int($0.bitPattern)) }
    let graph = Self.tensor("a.weight", [3], type: 10, Self.field(5, integers))
    #expect(try open(Self.model(graph)).array(named: "a.weight")?.scalars == [1, -2, 0.5])
  }

  @Test func marksSPANWithoutNormalization() throws {
    let names = ["conv_1.eval_conv.weight", "conv_cat.weight"]
    func tensorNames(ofFirst operation: String) throws -> [String] {
      let node = Self.field(1, Self.field(1, "in".utf8) + Self.field(2, "x".utf8) + Self.field(4, operation.utf8))
      let input = Self.field(11, Self.field(1, "in".utf8))
      let graph = names.flatMap { Self.tensor($0, [1], Self.field(9, Self.bytes([1]))) } + node + input
      return try open(Self.model(graph)).names
    }
    #expect(try tensorNames(ofFirst: "Conv") == names + ["no_norm"])
    #expect(try tensorNames(ofFirst: "Sub") == names)
  }

  @Test func refusesInWords() {
    let weight = Self.tensor("a.weight", [2], Self.field(9, Self.bytes([1, 2])))
    #expect(problem(Self.model(Self.field(2, "empty".utf8))).contains("without weights"))
    let external = Self.tensor("a.weight", [2], Self.field(13, Self.field(1, "location".utf8)) + Self.field(14, 1))
    #expect(problem(Self.model(external)).contains("in a file beside it"))
    let short = Self.tensor("a.weight", [3], Self.field(9, Self.bytes([1, 2])))
    #expect(problem(Self.model(short)).contains("does not fill its 8 bytes"))
    let huge = Self.tensor("a.weight", [1 << 40, 1 << 40], Self.field(9, Self.bytes([1])))
    #expect(problem(Self.model(huge)).contains("impossible shape"))
    #expect(problem(Self.model(weight + weight)).contains("two tensors named a.weight"))
    // A length of more than the file, and of more than there is memory.
    #expect(problem(Data(Self.field(1, 8) + [0x12, 0x7f, 0x61, 0, 0, 0, 0])).contains("damaged"))
    #expect(problem(Data(Self.field(1, 8) + [0x3a] + Self.variable(1 << 60) + [0, 0])).contains("damaged"))
    // A message of two bytes takes a hundred times as much memory.
    let nodes = Array(repeatElement([0x0a, 0] as [UInt8], count: 1_100_000).joined())
    #expect(problem(Self.model(nodes)).contains("more than 1000000 parts"))
  }

  @Test func standsDamage() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.onnx")
      try ModelFile(contentsOf: Golden.url("srvgg-x4.pth")).convert(to: url)
      let contents = try Data(contentsOf: url)
      for length in stride(from: 1, to: contents.count, by: 97) {
        #expect(throws: CheckpointError.self, "the first \(length) bytes") { try open(contents.prefix(length)) }
      }
      for place in stride(from: 0, to: contents.count, by: 61) {
        var changed = contents
        changed[place] ^= 0x41
        if let file = try? open(changed) { _ = try? ModelFile(file).upscaler() }
      }
    }
  }
}
