import Checkpoints
import Foundation
import Tensors
import Testing

@Suite struct PyTorchFileTests {
  @Test(arguments: [
    "every-type-zip", "every-type-legacy", "views-zip", "views-legacy", "views-protocol-4", "views-legacy-protocol-4",
    "training-state-zip", "training-state-legacy", "list",
  ])
  func readsWhatPyTorchSaves(name: String) throws {
    let file = try TensorFile(contentsOf: Golden.url("\(name).pth"))
    let expected = try TensorFile(contentsOf: Golden.url("\(name).expected.safetensors")).arrays()
    #expect(file.format == (name.contains("legacy") ? .pyTorchLegacy : .pyTorchZip))
    #expect(file.metadata.isEmpty)
    #expect(Set(file.names) == Set(expected.keys))
    for (tensor, values) in file.arrays() {
      #expect(values == expected[tensor], "\(tensor)")
    }
  }

  @Test func keepsTheOrderOfTheStateDictionary() throws {
    let file = try TensorFile(contentsOf: Golden.url("views-legacy.pth"))
    #expect(file.names == ["whole", "transposed", "cut", "column", "halfTransposed", "parameter", "single"])
    #expect(file.tensors[4].elementType == .float16)
    #expect(file.tensors[4].shape == [6, 4])
  }

  @Test func readsZip64() throws {
    let file = try TensorFile(contentsOf: Golden.url("views-zip64.pth"))
    let expected = try TensorFile(contentsOf: Golden.url("views-zip.expected.safetensors")).arrays()
    #expect(file.arrays() == expected)
  }

  @Test(arguments: [
    ("hostile-os-system", "the pickle names os.system, which is not part of a tensor file; nothing was run"),
    ("hostile-protocol-4", "the pickle names os.system, which is not part of a tensor file; nothing was run"),
    ("hostile-torch-hub", "the pickle names torch.hub.load, which is not part of a tensor file; nothing was run"),
    ("hostile-eval-legacy", "the pickle names builtins.eval, which is not part of a tensor file; nothing was run"),
    ("hostile-bare", "the pickle names os.system, which is not part of a tensor file; nothing was run"),
    ("hostile-doubling", "nests or repeats its values beyond what a file of weights does"),
    ("hostile-nesting", "nests or repeats its values beyond what a file of weights does"),
    ("hostile-knot", "nests or repeats its values beyond what a file of weights does"),
    ("expanded", "tensor a of shape [4, 3] reaches beyond its storage of 3 values"),
    ("no-tensors", "holds no tensors"),
  ])
  func refuses(name: String, problem: String) throws {
    #expect(throws: CheckpointError(file: "\(name).pth", problem: problem)) {
      try TensorFile(contentsOf: Golden.url("\(name).pth"))
    }
  }

  @Test func namesTypesThatAreNotRead() throws {
    var data = try Data(contentsOf: Golden.url("views-zip.pth"))
    let name = try #require(data.range(of: Data("torch\nFloatStorage\n".utf8)))
    data.replaceSubrange(name, with: Data("torch\nQInt8Storage\n".utf8))
    let error = #expect(throws: CheckpointError.self) { try TensorFile(data, from: URL(filePath: "a.pth")) }
    #expect(error?.problem.hasPrefix("holds values of a type that is not read (torch.QInt8Storage)") == true)
  }

  @Test(arguments: [
    ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "is Git LFS's stand-in"),
    ("\n<!DOCTYPE html><html>", "is a web page"), ("RIFF", "is neither a safetensors file"),
  ])
  func namesWhatDownloadsLeaveInsteadOfAModel(contents: String, problem: String) {
    let error = #expect(throws: CheckpointError.self) {
      try TensorFile(Data(contents.utf8), from: URL(filePath: "a.pth"))
    }
    #expect(error?.problem.hasPrefix(problem) == true, "\(String(describing: error))")
  }

  @Test func readsCompressedEntries() throws {
    let file = try TensorFile(contentsOf: Golden.url("views-compressed.pth"))
    let expected = try TensorFile(contentsOf: Golden.url("views-zip.expected.safetensors")).arrays()
    #expect(file.arrays() == expected)
  }

  @Test(arguments: ["whole-module", "whole-module-legacy"])
  func readsTheTensorsOfWholeModules(name: String) throws {
    let file = try TensorFile(contentsOf: Golden.url("\(name).pth"))
    #expect(file.names == ["weight", "bias"])
    let error = #expect(throws: CheckpointError.self) { try ModelFile(contentsOf: file.url) }
    #expect(
      error?.problem.hasSuffix(
        "; it is a pickled module (torch.nn.modules.conv.Conv2d), of which the tensors are read but no code is run: save "
          + "the network's state_dict instead") == true)
  }

  @Test(arguments: ["views-zip.pth", "views-zip64.pth", "views-compressed.pth", "training-state-zip.pth"])
  func survivesDamageToZipFiles(name: String) throws {
    try expectDamageIsSurvived(name)
  }

  @Test(arguments: ["views-legacy.pth", "views-legacy-protocol-4.pth", "training-state-legacy.pth"])
  func survivesDamageToLegacyFiles(name: String) throws {
    try expectDamageIsSurvived(name)
  }
}
