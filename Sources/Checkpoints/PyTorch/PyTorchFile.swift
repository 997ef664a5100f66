import Foundation

/// The two formats of `torch.save`: a zip archive since PyTorch 1.6; before that, a sequence of pickles followed by raw
/// storages.
enum PyTorchFile {
  struct Parsed {
    let tensors: [StoredTensor]
    let source: TensorSource
    let contents: Data
  }

  /// The number in a legacy file's first pickle, as little-endian bytes.
  private static let magicNumber: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]

  /// Pickles with code name what unpacks it near their beginning.
  private static let mostBeforeCode = 1 << 20

  static func recognisesLegacy(_ file: Data) -> Bool {
    file.first == 0x80
  }

  /// The contents are the file's, followed by what was inflated.
  static func parseZip(_ file: Data) throws(MalformedFile) -> Parsed {
    var archive = try ZipArchive(file)
    let pickles = archive.names.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
    guard let name = pickles.first, pickles.count == 1 else {
      if archive.names.contains(where: { $0.hasSuffix("/model.json") }) {
        throw MalformedFile(
          "is a TorchScript program of PyTorch before 1.4, which is not read: save the network's state_dict instead")
      }
      throw MalformedFile("is a zip archive, but not one that PyTorch saved: it has \(pickles.count) data.pkl")
    }
    let folder = String(name.dropLast("data.pkl".count))
    if let order = try archive.bytes(of: folder + "byteorder"), archive.contents[order] != Data("little".utf8) {
      throw MalformedFile("was saved on a big-endian machine; save it again on a common one")
    }
    let range = try archive.bytes(of: name) ?? 0..<0
    var reader = PickleReader(archive.contents.prefix(range.upperBound), at: range.lowerBound)
    let weights = try StateDictionary(try reader.read())
    let tensors = try weights.tensors { storage throws(MalformedFile) in
      guard let bytes = try archive.bytes(of: "\(folder)data/\(storage.key)") else {
        throw MalformedFile("lacks the values of the storage \(storage.key)")
      }
      return bytes
    }
    return Parsed(tensors: tensors, source: weights.source, contents: archive.contents)
  }

  static func parseLegacy(_ file: Data) throws(MalformedFile) -> Parsed {
    if file.prefix(mostBeforeCode).range(of: Data("_reconstruct_persistent_obj".utf8)) != nil {
      throw MalformedFile(
        "is a pickle of networks together with their Python code, which is not run: load it in Python with that code, and "
          + "save the state_dict of its G_ema by torch.save")
    }
    var reader = PickleReader(file, at: 0)
    guard case .largeInteger(magicNumber) = try reader.read().root else {
      throw MalformedFile("is a pickle, but not one that PyTorch saved")
    }
    guard case .integer(1001) = try readNext(&reader).root else {
      throw MalformedFile("has an unknown version of PyTorch's legacy format")
    }
    let system = try readNext(&reader)
    if case .bool(false)? = system.value(in: system.root, under: "little_endian") {
      throw MalformedFile("was saved on a big-endian machine; save it again on a common one")
    }
    let pickle = try readNext(&reader)
    let keys = try readNext(&reader)
    let storages = try storageRanges(keys, of: pickle, in: file, from: reader.position)
    let weights = try StateDictionary(pickle)
    let tensors = try weights.tensors { storage throws(MalformedFile) in
      guard let bytes = storages[storage.key] else {
        throw MalformedFile("lacks the values of the storage \(storage.key)")
      }
      return bytes
    }
    return Parsed(tensors: tensors, source: weights.source, contents: file)
  }

  private static func readNext(_ reader: inout PickleReader) throws(MalformedFile) -> Pickle {
    reader = PickleReader(reader.file, at: reader.position)
    return try reader.read()
  }

  /// The ranges of the storages after the last pickle. Each is its number of values, in 64 bits, followed by the
  /// values.
  private static func storageRanges(
    _ keys: Pickle, of pickle: Pickle, in file: Data, from start: Int
  ) throws(MalformedFile) -> [String: Range<Int>] {
    guard case .sequence(let index) = keys.root else {
      throw MalformedFile("is damaged: it lacks its list of storages")
    }
    var position = start
    var ranges: [String: Range<Int>] = [:]
    for value in keys.sequences[index] {
      guard case .string(let key) = value, let storage = pickle.storages[key] else {
        throw MalformedFile("is damaged: its list of storages names one that no tensor uses")
      }
      let count = try file.integer(Int64.self, at: position)
      let (length, overflow) = count.multipliedReportingOverflow(by: storage.elementType.size)
      guard !overflow else { throw MalformedFile("is damaged: a storage of \(count) values") }
      let range = try file.range(from: position + 8, length: length)
      ranges[key] = range
      position = range.upperBound
    }
    return ranges
  }
}
