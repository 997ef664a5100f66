import Checkpoints
import Foundation
import Tensors
import Testing

@Suite struct SafetensorsTests {
  @Test func readsEveryTypeThatPythonWrites() throws {
    let file = try TensorFile(contentsOf: Golden.url("every-type.safetensors"))
    #expect(file.format == .safetensors)
    #expect(file.metadata == ["note": "a \"quoted\" line\nand émigré 🎨"])
    for name in ["float64", "float32", "float16", "bfloat16"] {
      #expect(file.array(named: name) == NDArray([-2, -1.5, -1, -0.5, 0, 0.5], shape: [2, 3]), "\(name)")
    }
    for name in ["int64", "int32", "int16", "int8", "uint8"] {
      #expect(file.array(named: name) == NDArray([0, 1, 2, 3, 4, 5], shape: [2, 3]), "\(name)")
    }
    #expect(file.array(named: "bool") == NDArray([0, 1, 1, 1, 1, 1], shape: [2, 3]))
    #expect(file.array(named: "scalar") == NDArray(7))
    #expect(file.array(named: "empty")?.shape == [0, 3])
    #expect(file.array(named: "absent") == nil)
    #expect(file.arrays().count == file.tensors.count)
  }

  @Test func readsEveryFloat16() throws {
    let header = Data(#"{"all":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]}}       "#.utf8)
    var file = Data([UInt8(header.count), 0, 0, 0, 0, 0, 0, 0]) + header
    for bits in UInt16.min...UInt16.max { file += [UInt8(bits & 0xff), UInt8(bits >> 8)] }
    let values = try #require(TensorFile(file, from: URL(filePath: "all")).array(named: "all")).scalars
    for (bits, value) in zip(UInt16.min...UInt16.max, values) {
      let expected = Float(Float16(bitPattern: bits))
      let isSame = expected.isNaN ? value.isNaN : value.bitPattern == expected.bitPattern
      guard isSame else { return #expect(value == expected, "of the bits \(bits)") }
    }
  }

  @Test func readsBackWhatItWrites() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "weights ü.safetensors")
      let weights = NDArray([1.5, -2, .pi, 65504, 1e-8, 0], shape: [3, 2])
      let metadata = ["recipe": "task: cyclegan\nbatch: 1\n", "path": "a/b \"c\" \\ 🎨"]
      try Safetensors.write(
        [NamedTensor("b", weights), NamedTensor("a", weights, storage: .float16), NamedTensor("é", NDArray(3))],
        metadata: metadata, to: url)
      let file = try TensorFile(contentsOf: url)
      #expect(file.metadata == metadata)
      #expect(file.names == ["b", "a", "é"])
      #expect(file.array(named: "b") == weights)
      #expect(file.array(named: "a")?.scalars == [1.5, -2, 3.140625, 65504, 0, 0])
      #expect(file.array(named: "é") == NDArray(3))
      let headerLength = try Data(contentsOf: url).prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      #expect(headerLength % 8 == 0)
    }
  }

  @Test func writesTheSameBytesEachTime() throws {
    try withTemporaryFolder { folder in
      let metadata = Dictionary(uniqueKeysWithValues: (0..<20).map { ("key\($0)", "value\($0)") })
      let files = try (0..<2).map { index in
        let url = folder.appending(path: "\(index)")
        try Safetensors.write([NamedTensor("a", NDArray(1))], metadata: metadata, to: url)
        return try Data(contentsOf: url)
      }
      #expect(files[0] == files[1])
    }
  }

  @Test func refusesToWriteWhatAFileCannotHold() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      #expect(throws: CheckpointError(file: "x.safetensors", problem: "cannot hold two tensors named a")) {
        try Safetensors.write([NamedTensor("a", NDArray(1)), NamedTensor("a", NDArray(1))], to: url)
      }
      #expect(throws: CheckpointError(file: "x.safetensors", problem: "tensor a holds values too large for float16")) {
        try Safetensors.write([NamedTensor("a", NDArray(1e6), storage: .float16)], to: url)
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.isEmpty)
    }
  }

  @Test(arguments: [
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}"#,
      "the header names a twice"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
      "tensor b overlaps"
    ),
    (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "tensor a of shape [3] and type F32 does not fill"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}"#, "leaves a gap"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "has 8 bytes after its last tensor"),
    (#"{"a":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}"#, "tensor a lies at 0 to 24 of 16 bytes"),
    (#"{"a":{"dtype":"F8_E4M3","shape":[16],"data_offsets":[0,16]}}"#, "tensor a has the type F8_E4M3"),
    (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,16]}}"#, "impossible shape"),
    (#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}"#, "tensor a lies at 16 to 0"),
    (#"{"a":{"dtype":"F32","shape":[4.5],"data_offsets":[0,16]}}"#, "JSON is broken"),
    (#"{"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}"#, "JSON is broken"),
    (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,16]}}"#, "JSON is broken"),
    (#"{"a":{"dtype":"F32","shape":[4]}}"#, "tensor a lacks"),
    (#"{"a":"#, "JSON is broken"),
    (#"{"a\"#, "JSON is broken"),
    (#"{}{}"#, "JSON is broken"),
  ])
  func refusesMalformedHeaders(header: String, problem: String) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      var file = Data(withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) })
      file += Data(header.utf8) + Data(count: 16)
      try file.write(to: url)
      let error = #expect(throws: CheckpointError.self) { try TensorFile(contentsOf: url) }
      #expect(error?.description.hasPrefix("x.safetensors: ") == true)
      #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }
  }

  @Test func refusesWhatIsNoFileOfWeights() throws {
    try withTemporaryFolder { folder in
      #expect(throws: CheckpointError.self) { try TensorFile(contentsOf: folder) }
      #expect(throws: CheckpointError.self) { try TensorFile(contentsOf: folder.appending(path: "absent.pth")) }
      #expect(throws: CheckpointError.self) { try TensorFile(contentsOf: URL(filePath: "/dev/zero")) }
      let text = folder.appending(path: "text.safetensors")
      try Data("not weights at all".utf8).write(to: text)
      #expect(throws: CheckpointError.self) { try TensorFile(contentsOf: text) }
    }
  }

  @Test func survivesDamage() throws {
    try expectDamageIsSurvived("every-type.safetensors")
  }
}
