import Checkpoints
import Foundation
import Layers
import Models
import Tensors
import TestSupport
import Testing

/// Models written in other formats, and read again.
@Suite struct ConversionTests {
  /// The networks that each format cannot hold.
  private static let missing: [String: Set<String>] = [
    "ncnn": Set(GraphedNetworks.withAttention + ["colorBins", "srresnet-other"])
  ]

  @Test(arguments: GraphedNetworks.all, ["safetensors", "pth", "onnx", "param"])
  func keepsValuesThereAndBack(name: String, ending: String) throws {
    try withTemporaryFolder { folder in
      let network = GraphedNetworks.network(name)
      let original = folder.appending(path: "original.safetensors")
      let (there, back) = (folder.appending(path: "there.\(ending)"), folder.appending(path: "back.safetensors"))
      try Self.write(network, to: original)
      if ending == "param", Self.missing["ncnn"]?.contains(name) == true {
        let error = #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: original).convert(to: there) }
        #expect(error?.problem.contains("cannot be written for ncnn") == true, "\(error?.problem ?? "")")
        #expect(!FileManager.default.fileExists(atPath: there.path))
        return
      }
      try ModelFile(contentsOf: original).convert(to: there)
      // Rectifiers without weights cannot be told from tensors alone.
      if (name, ending) == ("srresnet-other", "pth") {
        #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: there) }
        return
      }
      let converted = try ModelFile(contentsOf: there)
      #expect(converted.description.network == NetworkDescription(of: network))
      try converted.convert(to: back)
      let (first, last) = (try TensorFile(contentsOf: original), try TensorFile(contentsOf: back))
      #expect(first.names == last.names)
      for name in first.names { #expect(first.array(named: name) == last.array(named: name), "\(name)") }
    }
  }

  /// Half of the size, and each value the nearest one.
  @Test(arguments: ["safetensors", "pth", "onnx", "param"])
  func roundsToFloat16(ending: String) throws {
    try withTemporaryFolder { folder in
      let original = folder.appending(path: "original.safetensors")
      let (whole, half) = (folder.appending(path: "whole.\(ending)"), folder.appending(path: "half.\(ending)"))
      try Self.write(GraphedNetworks.network("srvgg"), to: original)
      let model = try ModelFile(contentsOf: original)
      try model.convert(to: whole)
      try model.convert(to: half, storage: .float16)
      let file = try TensorFile(contentsOf: half)
      #expect(try file.size < TensorFile(contentsOf: whole).size)
      for tensor in file.tensors {
        let exact = try #require(model.file.array(named: tensor.name)).scalars
        let found = try #require(file.array(named: tensor.name)).scalars
        let isWeight = tensor.shape.rank > 1
        #expect(tensor.elementType == (isWeight ? .float16 : .float32), "\(tensor.name)")
        #expect(found == (isWeight ? exact.map { Float(Float16($0)) } : exact), "\(tensor.name)")
      }
    }
  }

  /// What files of other formats say of the model, and that the program's own description stays.
  @Test func keepsDescriptions() throws {
    try withTemporaryFolder { folder in
      let original = folder.appending(path: "original.safetensors")
      let network = GraphedNetworks.network("resnet")
      var description = ModelDescription(task: "cyclegan", direction: .bToA, network: NetworkDescription(of: network))
      description.licence = "CC0"
      try ModelFile.write(network, description: description, to: original)
      let onnx = folder.appending(path: "there.onnx")
      try ModelFile(contentsOf: original).convert(to: onnx)
      let model = try ModelFile(contentsOf: onnx)
      #expect(model.isSelfDescribed && model.description.direction == .bToA && model.description.licence == "CC0")
      let metadata = model.file.metadata
      #expect(metadata["input.colors"] == "RGB" && metadata["output.range"] == "-1 to 1")
      #expect(metadata["scale"] == "1" && metadata["sizeMultiple"] == "4" && metadata["guise.network"] == "resnet")
    }
  }

  /// Tables of places, masks and filters, without which PyTorch's classes do not load a file.
  @Test(arguments: [
    "Restoration/swinir-x4", "Restoration/swinir-direct-x2", "Restoration/srformer-x2", "Restoration/srformer-odd-x1",
    "Restoration/hat-x2", "Restoration/dat-x2", "Restoration/dat-light-x3", "resnet-antialiased-latest_net_G",
    "span-x4",
  ])
  func writesWhatClassesKeepBesideWeights(name: String) throws {
    try withTemporaryFolder { folder in
      let original = try ModelFile(contentsOf: Golden.url("\(name).pth"))
      let url = folder.appending(path: "x.pth")
      try original.convert(to: url)
      let converted = try TensorFile(contentsOf: url)
      let names = Set(original.file.names.filter { !$0.hasSuffix(".num_batches_tracked") })
      // The files of DAT lack masks, which are as large as the rest.
      #expect(Set(converted.names.filter { !$0.contains(".attn_mask_") }) == names)
      // The folded kernels in this file are older than its branches, and HAT's counts some places from the table's end.
      for name in names where !name.contains(".eval_conv.") && !name.hasSuffix("_OCA") {
        // Values, because zeros may have either sign.
        let (written, expected) = (converted.array(named: name), original.file.array(named: name))
        #expect(written?.shape == expected?.shape && written?.scalars == expected?.scalars, "\(name)")
      }
      for tensor in converted.tensors where tensor.name.contains("index") { #expect(tensor.elementType == .int64) }
    }
  }

  @Test func foldsBranchesInGraphs() throws {
    try withTemporaryFolder { folder in
      var configuration = SPAN.Configuration()
      (configuration.width, configuration.blocks) = (4, 1)
      let network = SPAN(configuration)
      Initializer.kaiming(scale: 1).initialize(network, seed: 1, purpose: "test")
      let original = folder.appending(path: "open.safetensors")
      try Self.write(network, to: original)
      for ending in ["onnx", "bin"] {
        let url = folder.appending(path: "folded.\(ending)")
        try ModelFile(contentsOf: original).convert(to: url)
        let upscaler = try ModelFile(contentsOf: url).upscaler()
        let image = Tensor(randomValues(shape: [1, 6, 7, 3], "image"))
        let (found, expected) = withoutGradients { (upscaler(image).value, network(image).value) }
        #expect(Difference(between: found, and: expected, tolerance: 1e-4) == nil)
      }
    }
  }

  /// A layer of ncnn's with one other parameter, or another type, which would give another picture.
  private static let edits: [(network: String, type: String, from: String, to: String, problem: String)] = [
    ("eccv16", "Softmax", " 0=0", " 0=1", "which is not over the channels"),
    ("eccv16", "Convolution", " 2=2", " 2=3", "dilated by 3"),
    ("siggraph17", "Pooling", " 5=1", " 5=0", "which adds to an image of another size"),
    ("siggraph17", "Pooling", " 0=0", " 0=1", "which is neither a maximum nor a mean over the whole image"),
    ("encoderUNet", "Reshape", " 1=1", " 1=2", "which does not make a pixel of an image's mean"),
    ("encoderUNet", "Pooling", "Pooling", "Sigmoid", "whose parameter 0 is unknown"),
    ("realplksr-layer", "Permute", " 0=3", " 0=4", "whose order of axes no network here has"),
    ("realplksr-layer", "LayerNorm", "LayerNorm", "InstanceNorm", "whose axes are in another order"),
  ]

  @Test(arguments: edits)
  func refusesOtherLayers(network: String, type: String, from: String, to: String, problem: String) throws {
    try withTemporaryFolder { folder in
      let (original, graph) = (folder.appending(path: "x.safetensors"), folder.appending(path: "x.param"))
      try Self.write(GraphedNetworks.network(network), to: original)
      try ModelFile(contentsOf: original).convert(to: graph)
      var lines = try String(contentsOf: graph, encoding: .utf8).components(separatedBy: "\n")
      let line = try #require(lines.firstIndex { $0.hasPrefix("\(type) ") && $0.contains(from) })
      let range = try #require(lines[line].range(of: from))
      lines[line].replaceSubrange(range, with: to)
      try lines.joined(separator: "\n").write(to: graph, atomically: true, encoding: .utf8)
      let error = #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: graph) }
      #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
    }
  }

  @Test func refusesInWords() throws {
    try withTemporaryFolder { folder in
      let original = folder.appending(path: "original.safetensors")
      try Self.write(GraphedNetworks.network("srvgg"), to: original)
      let model = try ModelFile(contentsOf: original)
      func problem(_ name: String, of model: ModelFile) -> String {
        let error = #expect(throws: CheckpointError.self) { try model.convert(to: folder.appending(path: name)) }
        return error?.problem ?? ""
      }
      #expect(problem("original.safetensors", of: model).hasPrefix("exists already"))
      #expect(problem("x.engine", of: model).contains("expected .safetensors, .pth, .onnx or .param"))
      let attention = folder.appending(path: "attention.safetensors")
      var configuration = SwinIR.Configuration()
      (configuration.width, configuration.depths, configuration.heads) = (12, [2], [2])
      let network = SwinIR(configuration)
      Initializer.normal(deviation: 0.02).initialize(network, seed: 1, purpose: "test")
      try Self.write(network, to: attention)
      #expect(
        problem("y.param", of: try ModelFile(contentsOf: attention)).contains("attention among pixels cannot be"))
      try ModelFile(contentsOf: attention).convert(to: folder.appending(path: "y.pth"))
      #expect(try ModelFile(contentsOf: folder.appending(path: "y.pth")).description.network.name == "swinir")
    }
  }

  private static func write(_ network: some GeneratorNetwork, to url: URL) throws {
    let description = NetworkDescription(of: network)
    try ModelFile.write(
      network, description: ModelDescription(task: description.usualTask ?? "paired", network: description), to: url)
  }
}
